package dev.millrace.refinery.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.Defaults;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every rule at its threshold and one step to either side; the values are worked out by hand. */
final class GopherQualityTest {
  private static final GopherQuality STAGE = Defaults.of(GopherQuality.class);

  private static Verdict judge(String text) {
    return STAGE.judge(RefinedText.of(SourceDocument.ofText("id", "d", text), text));
  }

  private static void assertKept(String rule, double measured, String text) {
    Verdict verdict = judge(text);
    assertInstanceOf(Verdict.Keep.class, verdict, verdict::toString);
    assertEquals(measured, verdict.signals().get("gopher-quality." + rule), 1e-12);
  }

  private static void assertDropped(String rule, double measured, double threshold, String text) {
    Verdict.Drop drop = assertInstanceOf(Verdict.Drop.class, judge(text));
    assertEquals("gopher-quality", drop.stage());
    assertEquals("gopher-quality." + rule, drop.rule());
    assertEquals(measured, drop.measured(), 1e-12);
    assertEquals(threshold, drop.threshold());
    assertEquals(measured, drop.signals().get(drop.rule()), "the rule that failed is a signal");
  }

  private static String times(int count, String word) {
    return String.join(" ", Collections.nCopies(count, word));
  }

  /** So many words, two of them stop words, of five letters for the most part. */
  private static String words(int count) {
    return "the and " + times(count - 2, "wheel");
  }

  @Test
  void keepsTextAtTheShortestAllowedLength() {
    assertKept("words-min", 50, words(50));
    assertKept("words-min", 51, words(51));
    assertDropped("words-min", 49, 50, words(49));
  }

  @Test
  void countsNoSymbolsAsWordsOfTheLength() {
    assertDropped("words-min", 49, 50, words(49) + " , . ! ( $");
    assertKept("words-min", 50, words(49) + " 7 , .");
  }

  @Test
  void keepsTextAtTheLongestAllowedLength() {
    assertKept("words-max", 100_000, words(100_000));
    assertKept("words-max", 99_999, words(99_999));
    assertDropped("words-max", 100_001, 100_000, words(100_001));
  }

  @Test
  void keepsTheShortestAllowedMeanWord() {
    assertKept("mean-word-length-min", 3, "the and " + times(48, "mil"));
    assertKept("mean-word-length-min", 151 / 50.0, "the and " + times(47, "mil") + " mill");
    assertDropped("mean-word-length-min", 149 / 50.0, 3, "the and " + times(47, "mil") + " mi");
  }

  @Test
  void keepsTheLongestAllowedMeanWord() {
    // 3 + 3 + 34 * 10 + 14 * 11 = 500 characters in 50 words.
    String ten = "the and " + times(34, "windmiller") + " " + times(13, "watermiller");
    assertKept("mean-word-length-max", 10, ten + " watermiller");
    assertKept("mean-word-length-max", 499 / 50.0, ten + " windmiller");
    assertDropped("mean-word-length-max", 501 / 50.0, 10, ten + " watermillers");
  }

  @Test
  void measuresLengthInCodePointsNotInUtf16Units() {
    // Two Deseret letters are four UTF-16 units: 3 + 3 + 47 * 3 + 2 = 149 code points.
    assertDropped("mean-word-length-min", 149 / 50.0, 3, "the and " + times(47, "mil") + " 𐐀𐐁");
  }

  @Test
  void keepsOneNumberSignInTenWords() {
    assertKept("hash-ratio-max", 0.1, words(90) + " " + times(10, "#"));
    assertKept("hash-ratio-max", 9 / 99.0, words(90) + " " + times(9, "#"));
    assertDropped("hash-ratio-max", 11 / 101.0, 0.1, words(90) + " " + times(11, "#"));
  }

  @Test
  void keepsOneEllipsisInTenWords() {
    String end = " wheel";
    assertKept("ellipsis-ratio-max", 10 / 101.0, words(90) + " " + times(10, "...") + end);
    assertKept("ellipsis-ratio-max", 0.1, words(89) + " " + times(10, "…") + end);
    assertDropped("ellipsis-ratio-max", 11 / 101.0, 0.1, words(89) + " " + times(11, "…") + end);
  }

  @Test
  void keepsNineBulletsInTenLines() {
    String bullet = "- " + words(10) + "\n";
    String dot = "  • " + words(10) + "\n";
    String line = words(10) + "\n";
    assertKept("bullet-lines-max", 0.9, bullet.repeat(8) + dot + line);
    assertKept("bullet-lines-max", 0.8, bullet.repeat(8) + line.repeat(2));
    assertDropped("bullet-lines-max", 10 / 11.0, 0.9, bullet.repeat(9) + dot + line);
  }

  @Test
  void keepsThreeTrailingOffInTenLines() {
    String off = words(10) + "... \n";
    String line = words(10) + ".\r\n";
    assertKept("ellipsis-lines-max", 0.3, off.repeat(3) + line.repeat(7));
    assertKept("ellipsis-lines-max", 0.2, off.repeat(2) + line.repeat(8));
    assertDropped("ellipsis-lines-max", 0.4, 0.3, off.repeat(4) + line.repeat(6));
  }

  @Test
  void keepsFourWordsWithALetterInFive() {
    assertKept("alphabetic-words-min", 0.8, words(80) + " " + times(20, "1234"));
    assertKept("alphabetic-words-min", 0.81, words(81) + " " + times(19, "1234"));
    assertDropped("alphabetic-words-min", 0.79, 0.8, words(79) + " " + times(21, "1234"));
  }

  @Test
  void countsPunctuationMarksAmongTheWordsWithoutALetter() {
    assertDropped("alphabetic-words-min", 0.79, 0.8, words(79) + " " + times(21, "!"));
  }

  @Test
  void keepsTwoDifferentStopWords() {
    String rest = times(60, "wheel");
    assertKept("stop-words-min", 2, "the with " + rest);
    assertKept("stop-words-min", 3, "the with of " + rest);
    assertDropped("stop-words-min", 1, 2, "the the the " + rest);
    assertDropped("stop-words-min", 0, 2, "The THE them " + rest);
  }

  @Test
  void judgesInOrderAndMeasuresNothingAfterTheRuleThatFails() {
    Verdict.Drop drop = assertInstanceOf(Verdict.Drop.class, judge("# # #"));
    assertEquals("gopher-quality.words-min", drop.rule());
    assertEquals(1, drop.signals().size());
  }

  @Test
  void dropsNothingAtAllAsTooShort() {
    assertDropped("words-min", 0, 50, "");
  }

  @Test
  void countsBlankLinesAndNothingBehindTheLastBreak() {
    // Seven lines: six bullets and a blank one.
    String bullet = "- " + words(10) + "\n";
    assertKept("bullet-lines-max", 6 / 7.0, bullet.repeat(3) + "\n" + bullet.repeat(3));
  }

  @Test
  void refusesThresholdsThatContradict() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new GopherQuality(50, 49, 3, 10, 0.1, 0.1, 0.9, 0.3, 0.8, 0, List.of()));
    assertEquals("wordsMax must be at least wordsMin: 49", e.getMessage());
  }
}
