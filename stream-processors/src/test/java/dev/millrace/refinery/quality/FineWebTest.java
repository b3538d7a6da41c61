package dev.millrace.refinery.quality;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.Judged;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import org.junit.jupiter.api.Test;

/** Every rule at its threshold and one step to either side; {@link GoldenTest} has datatrove's. */
final class FineWebTest {
  private static Judged judge(String text) {
    return Judged.by(Defaults.of(FineWeb.class), text);
  }

  /** Different lines of 36 characters and 7 words, so many of them with a point. */
  private static String lines(int count, int points) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      if (i > 0) lines.append('\n');
      lines.append("the race leads to the wheel no. ").append(1_000 + i);
      if (i < points) lines.append('.');
    }
    return lines.toString();
  }

  @Test
  void keepsThreePunctuatedLinesIn25() {
    judge(lines(25, 2)).dropped("fineweb.line-punctuation-min", 0.08, 0.12);
    judge(lines(25, 3)).kept("fineweb.line-punctuation-min", 0.12);
    judge(lines(25, 4)).kept("fineweb.line-punctuation-min", 0.16);
  }

  @Test
  void takesNoQuoteAndNothingBeforeASpaceForAnEnd() {
    String line = "the race leads the water to the wheel.";
    judge(line + "\"").dropped("fineweb.line-punctuation-min", 0, 0.12);
    judge(line + " ").dropped("fineweb.line-punctuation-min", 0, 0.12);
    judge(line.replace('.', '。')).kept("fineweb.line-punctuation-min", 1);
  }

  @Test
  void dropsATextWithoutLines() {
    judge("").dropped("fineweb.line-punctuation-min", 0, 0.12);
    judge(" \n\t\n").dropped("fineweb.line-punctuation-min", 0, 0.12);
  }

  @Test
  void keeps67ShortLinesIn100() {
    String shorts = "";
    for (int i = 0; i < 66; i++) shorts += "the race leads the water " + (1_000 + i) + ".\n";
    String thirty = "the race leads the water 2000.\n"; // Thirty characters and a feed.
    judge(shorts + lines(34, 34)).kept("fineweb.short-lines-max", 0.66);
    judge(shorts + thirty + lines(33, 33)).kept("fineweb.short-lines-max", 0.67);
    judge(shorts + thirty + thirty.replace('2', '3') + lines(32, 32))
        .dropped("fineweb.short-lines-max", 0.68, 0.67);
    judge(shorts + thirty + thirty.replace("2000", "20000") + lines(32, 32))
        .kept("fineweb.short-lines-max", 0.67);
  }

  @Test
  void measuresLinesInCodePoints() {
    judge("😀".repeat(29) + ".").dropped("fineweb.short-lines-max", 1, 0.67);
    judge("😀".repeat(30) + ".").kept("fineweb.short-lines-max", 0);
  }

  @Test
  void keepsOneDuplicateCharacterInAHundred() {
    String line = "the race leads the water to the mill's red wheel. "; // Fifty characters.
    String text = line + "\n" + line + "\n" + "a ".repeat(2_449);
    judge(text + "a.").kept("fineweb.duplicate-line-characters-max", 50 / 5_000.0);
    judge(text + "aa.").kept("fineweb.duplicate-line-characters-max", 50 / 5_001.0);
    judge(text + ".").dropped("fineweb.duplicate-line-characters-max", 50 / 4_999.0, 0.01);
  }

  @Test
  void comparesNoBlankLines() {
    judge("the race leads the water to the wheel, and on.\n\n \n\n \n" + lines(9, 9))
        .kept("fineweb.duplicate-line-characters-max", 0);
  }

  @Test
  void keepsThreeFeedsInTenWords() {
    // Ten words with the mark, which is one; feeds behind the last line count.
    String ten = "the race leads the water to one wheel now .";
    judge(ten + "\n".repeat(2)).kept("fineweb.list-ratio-max", 0.2);
    judge(ten + "\n".repeat(3)).kept("fineweb.list-ratio-max", 0.3);
    judge(ten + "\n".repeat(4)).dropped("fineweb.list-ratio-max", 0.4, 0.3);
  }

  @Test
  void judgesInOrder() {
    judge("a\nb\na\nb").dropped("fineweb.line-punctuation-min", 0, 0.12);
    judge("a.\nb.\na.\nb.").dropped("fineweb.short-lines-max", 1, 0.67);
  }

  @Test
  void refusesThresholdsThatMakeNoSense() {
    for (String yaml :
        new String[] {
          "linePunctuationMin: 1.1",
          "shortLineCharacters: -1",
          "shortLinesMax: -0.1",
          "duplicateLineCharactersMax: 2",
          "listRatioMax: -1"
        }) {
      String message =
          assertThrows(
                  InvalidRunFileException.class,
                  () -> RunFile.parse(yaml, "run.yaml", FineWeb.class),
                  yaml)
              .getMessage();
      assertTrue(message.contains(yaml.substring(0, yaml.indexOf(':')) + " must"), message);
    }
  }
}
