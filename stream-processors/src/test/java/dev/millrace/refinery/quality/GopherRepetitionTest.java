package dev.millrace.refinery.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.refinery.Judged;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.Defaults;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Values are worked out by hand from the definitions. */
final class GopherRepetitionTest {
  private static final GopherRepetition STAGE = Defaults.of(GopherRepetition.class);
  private static final List<Double> NONE = List.of();

  private static Verdict judge(GopherRepetition stage, String text) {
    return stage.judge(RefinedText.of(SourceDocument.ofText("id", "d", text), text));
  }

  private static double measure(String rule, String text) {
    GopherRepetition lenient =
        new GopherRepetition(
            1, 1, 1, 1, List.of(9.0, 9.0, 9.0), List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0));
    return judge(lenient, text).signals().get("gopher-repetition." + rule);
  }

  private static void assertBoundary(
      GopherRepetition stage, String rule, double threshold, String kept, String dropped) {
    Verdict keep = judge(stage, kept);
    assertInstanceOf(Verdict.Keep.class, keep, keep::toString);
    assertEquals(threshold, keep.signals().get("gopher-repetition." + rule), 1e-12);
    Verdict.Drop drop = assertInstanceOf(Verdict.Drop.class, judge(stage, dropped));
    assertEquals("gopher-repetition." + rule, drop.rule());
    assertEquals(threshold, drop.threshold());
  }

  /** So many different lines of five letters. */
  private static String lines(int count, String separator) {
    return IntStream.range(0, count)
        .mapToObj(i -> "line" + (char) ('a' + i))
        .collect(Collectors.joining(separator, "", separator));
  }

  @Test
  void agreesWithTheWorkedExampleOfDatatrove() {
    String text = "Hello, World.\nHello, World.\n\nHello";
    assertEquals(1 / 3.0, measure("duplicate-lines", text), 1e-12);
    assertEquals(13 / 34.0, measure("duplicate-line-characters", text), 1e-12);
    assertEquals(0, measure("duplicate-paragraphs", text));
  }

  @Test
  void keepsThreeDuplicateLinesInTen() {
    GopherRepetition stage = new GopherRepetition(1, 1, 0.3, 1, NONE, NONE);
    String six = lines(6, "\n");
    assertBoundary(
        stage, "duplicate-lines", 0.3, six + "x\nx\nx\nx", lines(5, "\n") + "x\nx\nx\nx\nx");
    assertEquals(0.4, measure("duplicate-lines", lines(5, "\n") + "x\nx\nx\nx\nx"), 1e-12);
    assertInstanceOf(Verdict.Keep.class, judge(stage, lines(7, "\n") + "x\nx\nx"));
  }

  @Test
  void keepsAFifthOfTheCharactersInDuplicateLines() {
    GopherRepetition stage = new GopherRepetition(1, 1, 1, 0.2, NONE, NONE);
    // Nineteen other characters, line feeds included, and twice six: 6 / 30.
    String kept = "123456\n123456\n7890123456789abc";
    assertEquals(30, kept.length());
    assertBoundary(stage, "duplicate-line-characters", 0.2, kept, kept.substring(0, 29));
  }

  @Test
  void keepsThreeDuplicateParagraphsInTen() {
    GopherRepetition stage = new GopherRepetition(0.3, 1, 1, 1, NONE, NONE);
    assertBoundary(
        stage,
        "duplicate-paragraphs",
        0.3,
        "\n\n" + lines(6, "\n\n") + "x\n\nx\n\n\nx\n\nx\n\n",
        lines(5, "\n\n") + "x\n\nx\n\nx\n\nx\n\nx");
  }

  @Test
  void keepsAFifthOfTheCharactersInDuplicateParagraphs() {
    GopherRepetition stage = new GopherRepetition(1, 0.2, 1, 1, NONE, NONE);
    String kept = "12\n456\n\n12\n456\n\n345678901234567";
    assertEquals(31, kept.length());
    // 6 / 30 once the last character is gone.
    assertBoundary(
        stage, "duplicate-paragraph-characters", 0.2, kept.substring(0, 30), kept.substring(0, 29));
  }

  @Test
  void takesOneLineFeedAsNoEndOfAParagraph() {
    assertEquals(0, measure("duplicate-paragraphs", "x\nx\nx"));
    assertEquals(2 / 3.0, measure("duplicate-paragraphs", "x\n\nx\n\nx"), 1e-12);
  }

  @Test
  void weighsTheMostFrequentGramWithTheSpacesBetweenItsWords() {
    // "a b" twice: 2 * 3 of 9 characters.
    assertEquals(6 / 9.0, measure("top-2-gram", "a b a b c"), 1e-12);
    assertEquals(2 * 5 / 11.0, measure("top-3-gram", "a b c a b c"), 1e-12);
    assertEquals(2 * 7 / 15.0, measure("top-4-gram", "a b c d a b c d"), 1e-12);
  }

  @Test
  void weighsTheFirstGramWhereNothingRepeats() {
    assertEquals(7 / 17.0, measure("top-2-gram", "one two three xyz"), 1e-12);
  }

  @Test
  void takesTheFirstOfEquallyFrequentGrams() {
    // "aa b" and "c d" twice each; the longer one comes first.
    assertEquals(2 * 4 / 15.0, measure("top-2-gram", "aa b c d. aa b c".substring(0, 15)), 1e-12);
  }

  @Test
  void tellsGramsByTheirWordsNotByTheirLetters() {
    // "ab c" and "a bc" are different grams of the same letters: the first counts once.
    assertEquals(4 / 9.0, measure("top-2-gram", "ab c a bc"), 1e-12);
  }

  @Test
  void keepsEveryTopGramAtItsThreshold() {
    GopherRepetition two = new GopherRepetition(1, 1, 1, 1, List.of(0.2), NONE);
    // "a b" twice is 6 of 30 characters, then of 29.
    String kept = "a b cdefgh a b ijklmnopqrstuvw";
    assertEquals(30, kept.length());
    assertBoundary(two, "top-2-gram", 0.2, kept, kept.substring(0, 29));
  }

  @Test
  void countsGramsThatOccurredBeforeAndGoesOnBehindThem() {
    assertEquals(5 / 19.0, measure("duplicate-5-gram", "a b c d e a b c d e"), 1e-12);
    // Eleven times the same word: the second gram is known, and so is the one five words on.
    assertEquals(10 / 21.0, measure("duplicate-5-gram", "a a a a a a a a a a a"), 1e-12);
    assertEquals(0, measure("duplicate-6-gram", "a b c d e a b c d e"));
  }

  @Test
  void comparesDuplicateGramsWithoutTheSpacesAsDatatroveDoes() {
    assertEquals(6 / 21.0, measure("duplicate-5-gram", "ab c d e f a bc d e f"), 1e-12);
  }

  @Test
  void keepsEveryDuplicateGramAtItsThreshold() {
    for (int n = 5; n <= 10; n++) {
      double threshold = STAGE.duplicateGramsMax().get(n - 5);
      String gram =
          IntStream.range(0, n)
              .mapToObj(i -> "" + (char) ('a' + i))
              .collect(Collectors.joining(" "));
      // n letters repeated; a last word fills up to the length that makes them the threshold.
      int length = (int) Math.round(n / threshold);
      GopherRepetition stage = new GopherRepetition(1, 1, 1, 1, NONE, only(n, n / (double) length));
      String text = gram + " x " + gram + " ";
      String kept = text + "z".repeat(length - text.length());
      assertBoundary(
          stage,
          "duplicate-" + n + "-gram",
          n / (double) length,
          kept,
          kept.substring(0, length - 1));
    }
  }

  private static List<Double> only(int n, double threshold) {
    return IntStream.rangeClosed(5, n).mapToObj(i -> i == n ? threshold : 1.0).toList();
  }

  @Test
  void hasTheThresholdsOfThePaper() {
    assertEquals(
        new GopherRepetition(
            0.30,
            0.20,
            0.30,
            0.20,
            List.of(0.20, 0.18, 0.16),
            List.of(0.15, 0.14, 0.13, 0.12, 0.11, 0.10)),
        STAGE);
  }

  @Test
  void measuresInCodePoints() {
    // Two lines of two emoji, four units each: 2 of 5 code points.
    assertEquals(2 / 5.0, measure("duplicate-line-characters", "😀😁\n😀😁"), 1e-12);
    // A Deseret letter is two units: "𐐀 b" twice is 6 of 7 code points.
    assertEquals(6 / 7.0, measure("top-2-gram", "𐐀 b 𐐀 b"), 1e-12);
  }

  @Test
  void dropsAnEmptyTextAndKeepsABlankOne() {
    Judged.by(STAGE, "").dropped("gopher-repetition.characters-min", 0, 1);
    Judged.by(STAGE, " ").kept("gopher-repetition.duplicate-lines", 0);
  }

  @Test
  void agreesWithThePlainDefinitionOnRandomTexts() {
    long seed = 20261121;
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      String text = randomText(random);
      for (int n = 2; n <= 4; n++) {
        assertEquals(
            PlainRepetition.top(text, n),
            measure("top-" + n + "-gram", text),
            1e-12,
            "seed " + seed);
      }
      for (int n = 5; n <= 10; n++) {
        assertEquals(
            PlainRepetition.repeated(text, n),
            measure("duplicate-" + n + "-gram", text),
            1e-12,
            "seed " + seed);
      }
    }
  }

  private static String randomText(Random random) {
    int words = 1 + random.nextInt(200);
    int vocabulary = 1 + random.nextInt(30);
    return IntStream.range(0, words)
        .mapToObj(i -> "w" + "o".repeat(random.nextInt(vocabulary)))
        .collect(Collectors.joining(" "));
  }

  @Test
  void refusesFractionsAboveOne() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new GopherRepetition(1, 1, 1, 1, NONE, List.of(0.2, 1.5)));
    assertEquals("duplicateGramsMax must be from 0 to 1", e.getMessage());
  }
}
