package dev.millrace.refinery.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.Redaction;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PiiTest {
  private static final Pii ALL = new Pii(List.of(Kind.EMAIL, Kind.IPV4, Kind.IPV6), List.of());

  private static Verdict judge(Pii stage, String text) {
    return stage.judge(RefinedText.of(SourceDocument.ofText("id", "d", text), text));
  }

  private static RefinedText redact(Pii stage, String text) {
    return judge(stage, text) instanceof Verdict.KeepChanged changed
        ? changed.text()
        : RefinedText.of(SourceDocument.ofText("id", "d", text), text);
  }

  private static String redact(String text) {
    return redact(ALL, text).text();
  }

  @ParameterizedTest
  @CsvSource({
    "Write to jo.doe+mill@mail.corp.co.uk today., Write to email@example.com today.",
    "<jo@corp.io>, <email@example.com>",
    "mailto:jo@corp.io?subject=x, mailto:email@example.com?subject=x",
    "o'brien_x%y@corp-a.io, email@example.com",
    "jo@müller.de, email@example.com",
    "jo@xn--mller-kva.xn--p1ai, email@example.com",
    "'jo@corp.io', email@example.com",
    "a@b.cd and e@f.gh, email@example.com and email@example.com",
    "somebody@example.com or legit@example.org, email@example.com or email@example.com",
    "jo@corp.io-, email@example.com-",
    "jo@corp.io.5, email@example.com.5",
    "...jo@corp.io..., ...email@example.com..."
  })
  void replacesMailAddresses(String text, String redacted) {
    assertEquals(redacted, redact(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jo at corp.io",
        "@corp.io",
        "jo@",
        "jo@corp",
        "jo@corp.i",
        "jo@.io",
        "jo@-corp.io",
        "jo@corp..io",
        "lodash@4.17.21",
        "@Override.foo()",
        ".@corp.io",
        "jo@@corp.io.",
        "email@example.com or @example.org",
        "icon@2x.png, logo@3x.JPG",
        "git@github.com:mill/race.git"
      })
  void leavesWhatIsNoMailAddress(String text) {
    assertEquals(text, redact(text));
  }

  @Test
  void takesTheLastCharactersOfALocalPartThatIsLongerThanAllowed() {
    assertEquals("email@example.com", redact("a".repeat(64) + "@corp.io"));
    assertEquals("aemail@example.com", redact("a".repeat(65) + "@corp.io"));
    assertEquals("a".repeat(1_000) + "email@example.com", redact("a".repeat(1_064) + "@corp.io"));
    assertEquals("水".repeat(6) + "email@example.com", redact("水".repeat(70) + "@corp.io"));
  }

  @ParameterizedTest
  @CsvSource({
    "请写信给jo@corp.io谢谢, 请写信给email@example.com谢谢",
    "邮箱12345@corp.io。, 邮箱email@example.com。",
    "サーバーjo.doe@corp.io.へ, サーバーemail@example.com.へ",
    "ติดต่อjo@corp.ioได้, ติดต่อemail@example.comได้",
    "jo@水车.中国, email@example.com",
    "jo@水车mill.中国, email@example.com",
    "水车@水车.中国, email@example.com",
    "水车jo@corp.io水车.com, 水车email@example.com",
    "мельникjo@corp.io, email@example.com"
  })
  void endsAMailAddressWhereAScriptWithoutSpacesBeginsOrEnds(String text, String redacted) {
    assertEquals(redacted, redact(text));
    assertEquals(redacted, redact(redacted));
  }

  @Test
  void findsAMailAddressBehindALongTextWithoutSpaces() {
    String prose = "水车".repeat(35);
    assertEquals(prose + "email@example.com", redact(prose + "joe@mill.org"));
    assertEquals(prose + "email@example.com" + prose, redact(prose + "joe@mill.org" + prose));
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, 192.0.2.1",
    "from 9.255.255.255., from 192.0.2.1.",
    "(11.0.0.0), (192.0.2.1)",
    "http://100.63.255.255:8080/x, http://192.0.2.1:8080/x",
    "172.15.255.255/24 172.32.0.0, 192.0.2.1/24 192.0.2.1",
    "223.255.255.255, 192.0.2.1",
    "1.1.1.1;2.2.2.2, 192.0.2.1;192.0.2.1"
  })
  void replacesPublicIpv4Addresses(String text, String redacted) {
    assertEquals(redacted, redact(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "127.0.0.1",
        "192.168.1.1",
        "172.16.0.0",
        "172.31.255.255",
        "169.254.0.1",
        "100.64.0.0",
        "100.127.255.255",
        "0.0.0.0",
        "192.0.2.7",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "8.8.8",
        "8.8.8.256",
        "8.8.8.08",
        "1.2.3.4.5",
        "v8.8.8.8",
        "8.8.8.8a",
        "8.8.8.8888",
        "18.8.8.8_",
        "8..8.8.8",
        "8.8.8.8.io"
      })
  void leavesPrivateReservedAndWhatIsNoIpv4Address(String text) {
    assertEquals(text, redact(text));
  }

  @ParameterizedTest
  @CsvSource({
    "2600:1f18::abcd, 2001:db8::1",
    "[2a00:1450:4001:0830:0000:0000:0000:200e]:443, [2001:db8::1]:443",
    "at 2606:4700:4700::1111., at 2001:db8::1.",
    "host 2606:4700::, host 2001:db8::1",
    "2606:4700::/32, 2001:db8::1/32",
    "::ffff:8.8.8.8, 2001:db8::1",
    "from [IPv6:2606:4700::1] by, from [IPv6:2001:db8::1] by",
    "v=spf1 ip6:2606:4700::/32, v=spf1 ip6:2001:db8::1/32",
    "address:2606:4700::1, address:2001:db8::1",
    "source:2606:1:2:3:4:5:6:7, source:2001:db8::1",
    "2001:200::1, 2001:db8::1",
    "2600:1:2:3:4:5:6:7: a host, 2001:db8::1: a host"
  })
  void replacesPublicIpv6Addresses(String text, String redacted) {
    assertEquals(redacted, redact(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1",
        "2002:808::1",
        "2001::1",
        "3fff:fff::1",
        "::ffff:10.0.0.1",
        "12:30:45",
        "a::b",
        "std::cout",
        "2606:4700",
        "2606:4700:::1",
        "2606::4700::1",
        "2606:1:2:3::5:6:7:8",
        "1:2:3:4:5:6:7:8:9",
        "2606:47000::1",
        "x2606:4700::1",
        "beef2606:2700::1",
        "IPv6:fe80::1",
        "address:12:30:45",
        "2606:4700::1g",
        "00:1a:2b:3c:4d:5e",
        "2600:"
      })
  void leavesLocalReservedAndWhatIsNoIpv6Address(String text) {
    assertEquals(text, redact(text));
  }

  @Test
  void givesSpansInCodePointsOfTheTextBefore() {
    RefinedText text = redact(ALL, "😀 jo@corp.io 😀 8.8.8.8");
    assertEquals("😀 email@example.com 😀 192.0.2.1", text.text());
    assertEquals(
        List.of(new Redaction("email", 2, 12), new Redaction("ipv4", 15, 22)), text.redactions());
    assertEquals(Map.of("email", 1, "ipv4", 1), text.redactionCounts());
  }

  @Test
  void countsEachKindInTheSignals() {
    String text = "jo@corp.io 8.8.8.8 jane@corp.io";
    assertEquals(Map.of("pii.email", 2.0, "pii.ipv4", 1.0), judge(ALL, text).signals());
    assertEquals(Map.of(), judge(ALL, "nobody").signals());
  }

  @Test
  void changesNothingTheSecondTime() {
    String once = redact("jo@corp.io 8.8.8.8 2600:1f18::abcd");
    assertEquals("email@example.com 192.0.2.1 2001:db8::1", once);
    assertEquals(once, redact(once));
    assertEquals(List.of(), redact(ALL, once).redactions());
  }

  @Test
  void replacesOnlyTheKindsThatAreAskedFor() {
    assertEquals(
        "jo@corp.io 192.0.2.1",
        redact(new Pii(List.of(Kind.IPV4), List.of()), "jo@corp.io 8.8.8.8").text());
  }

  @Test
  void takesOverlappingMatchesOnce() {
    // Part of it is a host name with a dotted quad, part of it a mail address.
    assertEquals("email@example.com", redact("8.8.8.8@corp.io"));
  }

  private static final String CARD = "4111 1111 1111 1111";
  private static final String ACCOUNT = "DE89 3704 0044 0532 0130 00";
  private static final String TOKEN = "glpat-4Qz7Rk2Wm9Xc5Vb3Nt6L";
  private static final String KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
      -----END PRIVATE KEY-----""";

  private static final Pii EVERY_KIND = new Pii(List.of(Kind.values()), List.of("US"));

  @ParameterizedTest
  @EnumSource(Kind.class)
  void replacesEachKindByItselfAndOnlyWhereItIsAskedFor(Kind kind) {
    String found =
        switch (kind) {
          case EMAIL -> "jo@corp.io";
          case IPV4 -> "8.8.8.8";
          case IPV6 -> "2600:1f18::abcd";
          case PRIVATE_KEY -> KEY;
          case API_KEY -> TOKEN;
          case IBAN -> ACCOUNT;
          case PAYMENT_CARD -> CARD;
          case US_SSN -> "123-45-6789";
          case PHONE -> "(650) 253-0000";
        };
    RefinedText text = redact(EVERY_KIND, "😀 " + found + ", " + found);
    assertEquals("😀 %1$s, %1$s".formatted(kind.replacement()), text.text());
    assertEquals(Map.of(kind.label(), 2), text.redactionCounts());
    int end = 2 + found.length();
    assertEquals(
        List.of(
            new Redaction(kind.label(), 2, end),
            new Redaction(kind.label(), end + 2, end + 2 + found.length())),
        text.redactions());
    List<Kind> others = Arrays.stream(Kind.values()).filter(other -> other != kind).toList();
    assertEquals(
        Map.of(), redact(new Pii(others, List.of()), "😀 " + found + ".").redactionCounts());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void leavesWhatStandsForAnyKind(Kind kind) {
    assertEquals(kind.replacement(), redact(EVERY_KIND, kind.replacement()).text());
  }

  @Test
  void looksForMailAndInternetAddressesUnlessToldOtherwise() {
    Pii usual = Defaults.of(Pii.class);
    assertEquals(ALL, usual);
    String text = String.join(" ", KEY, TOKEN, ACCOUNT, CARD, "123-45-6789 +1 650-253-0000");
    assertEquals(text, redact(usual, text).text());
  }

  @Test
  void readsKindsAndRegionsFromTheRunFile() {
    String yaml = "{kinds: [private-key, api-key, phone], phoneRegions: [US, GB]}";
    assertEquals(
        new Pii(List.of(Kind.PRIVATE_KEY, Kind.API_KEY, Kind.PHONE), List.of("US", "GB")),
        RunFile.parse(yaml, "run.yaml", Pii.class).value());
    InvalidRunFileException refused =
        assertThrows(
            InvalidRunFileException.class,
            () -> RunFile.parse("phoneRegions: [US, UK]", "run.yaml", Pii.class));
    assertTrue(
        refused.getMessage().contains("phoneRegions has UK, which is no region"),
        refused.getMessage());
  }

  @Test
  void replacesWhatOverlapsAsOne() {
    // Its last group with what follows is a mail address.
    RefinedText text = redact(ALL, "at 2600:1f18::abcd@corp.io.");
    assertEquals("at 2001:db8::1.", text.text());
    assertEquals(List.of(new Redaction("ipv6", 3, 26)), text.redactions());
  }

  @Test
  void takesTheLongerOfTwoThatBeginTogether() {
    assertEquals("email@example.com", redact(EVERY_KIND, "4111111111111111@corp.io").text());
  }

  @Test
  void changesNothingTheSecondTimeWhereWordsAreBetween() {
    List<String> parts =
        List.of(
            "jo@corp.io",
            "8.8.8.8",
            "2600:1f18::abcd",
            KEY,
            TOKEN,
            ACCOUNT,
            CARD,
            "123-45-6789",
            "(650) 253-0000",
            "+49 30 303986300",
            "-----BEGIN PRIVATE KEY-----",
            "@corp.io",
            "7",
            "1234",
            "\n",
            "😀");
    List<String> between =
        List.of(" and ", ", or ", ". It is ", "\nor\n", "; call (", ") to ", " at:");
    Random random = new Random(20261122);
    Pii stage = new Pii(List.of(Kind.values()), List.of("US", "DE"));
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int part = 0; part < 6; part++) {
        text.append(parts.get(random.nextInt(parts.size())));
        text.append(between.get(random.nextInt(between.size())));
      }
      String once = redact(stage, text.toString()).text();
      assertEquals(once, redact(stage, once).text(), text.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"@", "a@", "a.", "1.", "1.1.1.1.", ":", "::", "a:", "2600:", "a@b.", "x"})
  void readsALineOfTenMillionCharactersInOneGo(String unit) {
    String line = unit.repeat(10_000_000 / unit.length());
    RefinedText text = RefinedText.of(SourceDocument.ofText("id", "d", ""), line);
    assertInstanceOf(Verdict.Keep.class, ALL.judge(text));
  }
}
