package dev.millrace.refinery.pii;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * International bank account numbers (ISO 13616-1): a country of the registry, the length that it
 * gives, and check digits from 02 to 98 under which the number is 1 modulo 97. In one piece or, as
 * on paper, in groups of four with a space or hyphen between them.
 */
final class Ibans {
  private static final int GROUP = 4;

  /** Characters in all, by country (SWIFT's IBAN registry). */
  private static final Map<String, Integer> LENGTHS = lengths();

  private Ibans() {}

  private static Map<String, Integer> lengths() {
    String registry =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
            + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28"
            + " HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21"
            + " LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29"
            + " PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23"
            + " TN24 TR26 UA29 VA22 VG24 XK20 YE30";
    return Arrays.stream(registry.split(" "))
        .collect(
            Collectors.toUnmodifiableMap(
                entry -> entry.substring(0, 2), entry -> Integer.valueOf(entry.substring(2))));
  }

  static void find(String text, List<Span> spans) {
    int i = 0;
    while (i + GROUP < text.length()) {
      int end = mayStartAt(text, i) ? end(text, i) : -1;
      if (end >= 0) spans.add(new Span(Kind.IBAN, i, end));
      i = Math.max(end, i + 1);
    }
  }

  private static boolean mayStartAt(String text, int i) {
    return Boundary.isDigit(text.charAt(i + 2))
        && Boundary.isDigit(text.charAt(i + 3))
        && isLetter(text.charAt(i))
        && isLetter(text.charAt(i + 1))
        && Boundary.startsAt(text, i);
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  /** The end of the number that begins here, or -1. */
  private static int end(String text, int start) {
    Integer length = LENGTHS.get(text.substring(start, start + 2).toUpperCase(Locale.ROOT));
    if (length == null) return -1;
    char separator = text.charAt(start + GROUP);
    boolean grouped = Boundary.isSeparator(separator);
    StringBuilder number = new StringBuilder(length);
    int i = start;
    while (i < text.length() && number.length() < length) {
      if (grouped && number.length() > 0 && number.length() % GROUP == 0) {
        if (text.charAt(i++) != separator) return -1;
        if (i == text.length()) return -1;
      }
      char c = text.charAt(i++);
      if (!isLetter(c) && !Boundary.isDigit(c)) return -1;
      number.append(c);
    }
    return number.length() == length && Boundary.endsAt(text, i) && isChecked(number) ? i : -1;
  }

  /**
   * Whether the check digits are right (ISO/IEC 7064, MOD 97-10), the first four characters moved
   * to the end and letters read as 10 to 35.
   */
  static boolean isChecked(CharSequence number) {
    int check = 10 * (number.charAt(2) - '0') + number.charAt(3) - '0';
    if (check < 2 || check > 98) return false;
    int remainder = 0;
    for (int i = 0; i < number.length(); i++) {
      int value = Character.digit(number.charAt((i + GROUP) % number.length()), 36);
      remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
    }
    return remainder == 1;
  }
}
