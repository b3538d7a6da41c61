package dev.millrace.refinery.pii;

import java.util.ArrayList;
import java.util.List;

/**
 * Keys and tokens that their issuers marked with a prefix so that they can be found, in the
 * alphabet and length that the issuer gives them. What is said to be an EXAMPLE or has hardly two
 * different characters stands for a key and is none.
 */
final class ApiKeys {
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  private static final String DIGITS = "0123456789";
  private static final Alphabet BASE_32 = new Alphabet(UPPER + "234567");
  private static final Alphabet HEX = new Alphabet(DIGITS + "abcdef");
  private static final Alphabet ALPHANUMERIC = new Alphabet(UPPER + LOWER + DIGITS);
  private static final Alphabet WORD = new Alphabet(UPPER + LOWER + DIGITS + "_");
  private static final Alphabet URL = new Alphabet(UPPER + LOWER + DIGITS + "_-");
  private static final Alphabet PATH = new Alphabet(UPPER + LOWER + DIGITS + "/");
  private static final Alphabet DOTTED = new Alphabet(UPPER + LOWER + DIGITS + "_-.");

  private static final int LENGTH_MAX = 255; // What comes after the prefix: bounds every look.
  private static final int DIFFERENT_MIN = 6;
  private static final String STAND_IN = "EXAMPLE";

  private static final List<Format> FORMATS =
      List.of(
          new Format("AKIA", BASE_32, 16, 16), // Amazon Web Services: access key ids.
          new Format("ASIA", BASE_32, 16, 16),
          new Format("ABIA", BASE_32, 16, 16),
          new Format("ACCA", BASE_32, 16, 16),
          new Format("AIza", URL, 35, 35), // Google: API keys, client secrets, access tokens.
          new Format("GOCSPX-", URL, 28, 28),
          new Format("ya29.", URL, 50, 2048),
          new Format("ghp_", ALPHANUMERIC, 36, LENGTH_MAX), // GitHub: personal, OAuth and apps'.
          new Format("gho_", ALPHANUMERIC, 36, LENGTH_MAX),
          new Format("ghu_", ALPHANUMERIC, 36, LENGTH_MAX),
          new Format("ghs_", ALPHANUMERIC, 36, LENGTH_MAX),
          new Format("ghr_", ALPHANUMERIC, 36, LENGTH_MAX),
          new Format("github_pat_", WORD, 82, LENGTH_MAX),
          new Format("glpat-", URL, 20, LENGTH_MAX), // GitLab.
          new Format("xoxb-", URL, 20, LENGTH_MAX), // Slack: bots, users, apps, refresh.
          new Format("xoxp-", URL, 20, LENGTH_MAX),
          new Format("xoxa-", URL, 20, LENGTH_MAX),
          new Format("xoxe-", URL, 20, LENGTH_MAX),
          new Format("xoxr-", URL, 20, LENGTH_MAX),
          new Format("xoxs-", URL, 20, LENGTH_MAX),
          new Format("xapp-", URL, 20, LENGTH_MAX),
          new Format("xoxe.xoxp-", URL, 20, LENGTH_MAX),
          new Format("xoxe.xoxb-", URL, 20, LENGTH_MAX),
          new Format("hooks.slack.com/services/", PATH, 40, LENGTH_MAX),
          new Format("sk_live_", ALPHANUMERIC, 24, LENGTH_MAX), // Stripe: secret and restricted.
          new Format("sk_test_", ALPHANUMERIC, 24, LENGTH_MAX),
          new Format("rk_live_", ALPHANUMERIC, 24, LENGTH_MAX),
          new Format("rk_test_", ALPHANUMERIC, 24, LENGTH_MAX),
          new Format("whsec_", ALPHANUMERIC, 32, LENGTH_MAX),
          new Format("sk-proj-", URL, 40, LENGTH_MAX), // OpenAI.
          new Format("sk-svcacct-", URL, 40, LENGTH_MAX),
          new Format("sk-admin-", URL, 40, LENGTH_MAX),
          new Format("sk-", ALPHANUMERIC, 48, 48),
          new Format("sk-None-", URL, 40, LENGTH_MAX),
          new Format("sk-or-v1-", HEX, 64, 64), // OpenRouter.
          new Format("sk-ant-", URL, 40, LENGTH_MAX), // Anthropic.
          new Format("hf_", ALPHANUMERIC, 34, 34), // Hugging Face.
          new Format("npm_", ALPHANUMERIC, 36, 36),
          new Format("pypi-AgEIcHlwaS5vcmc", URL, 50, LENGTH_MAX),
          new Format("SG.", DOTTED, 66, 66), // SendGrid.
          new Format("dop_v1_", HEX, 64, 64), // DigitalOcean.
          new Format("shpat_", HEX, 32, 32), // Shopify.
          new Format("dapi", HEX, 32, 32), // Databricks.
          new Format("SK", HEX, 32, 32), // Twilio.
          new Format("key-", HEX, 32, 32), // Mailgun.
          new Format("glsa_", WORD, 41, 41), // Grafana.
          new Format("lin_api_", ALPHANUMERIC, 40, 40), // Linear.
          new Format("hvs.", URL, 90, LENGTH_MAX)); // HashiCorp's Vault.

  private static final Format[][] BY_FIRST = byFirst();

  private ApiKeys() {}

  /** Which ASCII characters a key is made of. */
  private static final class Alphabet {
    private final boolean[] has = new boolean[128];

    Alphabet(String characters) {
      for (char c : characters.toCharArray()) has[c] = true;
    }

    boolean has(char c) {
      return c < has.length && has[c];
    }
  }

  /** Prefix, then so many characters of an alphabet. */
  private record Format(String prefix, Alphabet alphabet, int min, int max) {

    /** The end of the key of this format that begins here, or -1. */
    int end(String text, int start) {
      if (!text.startsWith(prefix, start)) return -1;
      int from = start + prefix.length();
      int end = from;
      while (end < text.length() && end - from <= max && alphabet.has(text.charAt(end))) end++;
      boolean ofLength = end - from >= min && end - from <= max;
      return ofLength && !isStandIn(text.substring(from, end)) ? end : -1;
    }
  }

  private static Format[][] byFirst() {
    List<List<Format>> lists = new ArrayList<>();
    for (int i = 0; i < 128; i++) lists.add(new ArrayList<>());
    for (Format format : FORMATS) lists.get(format.prefix().charAt(0)).add(format);
    return lists.stream().map(list -> list.toArray(Format[]::new)).toArray(Format[][]::new);
  }

  static void find(String text, List<Span> spans) {
    char before = ' ';
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int end = c < BY_FIRST.length && !WORD.has(before) ? end(text, i, BY_FIRST[c]) : -1;
      if (end >= 0) spans.add(new Span(Kind.API_KEY, i, end));
      i = Math.max(end, i + 1);
      before = text.charAt(i - 1);
    }
  }

  private static int end(String text, int start, Format[] formats) {
    int end = -1;
    for (Format format : formats) end = Math.max(end, format.end(text, start));
    return end;
  }

  private static boolean isStandIn(String key) {
    return key.chars().distinct().limit(DIFFERENT_MIN).count() < DIFFERENT_MIN
        || key.contains(STAND_IN);
  }
}
