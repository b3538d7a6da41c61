package dev.millrace.refinery.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words are spaCy's, and the look that most words need no more than finds the same. */
final class WordBreaksAgainstSpacyTest {
  private static String words(String text) {
    WordBreaks words = WordBreaks.of(text);
    StringBuilder all = new StringBuilder();
    for (int w = 0; w < words.count(); w++) {
      all.append(w == 0 ? "" : " ").append(text, words.start(w), words.end(w));
    }
    return all.toString();
  }

  private static String tokens(String stretch) {
    EnglishTokens tokens = new EnglishTokens(stretch);
    tokens.read(0, stretch.length());
    StringBuilder all = new StringBuilder();
    int at = 0;
    for (int t = 0; t < tokens.count(); t++) {
      all.append(t == 0 ? "" : " ").append(stretch, at, tokens.end(t));
      at = tokens.end(t);
    }
    assertEquals(stretch.length(), at, stretch);
    return all.toString();
  }

  @Test
  void sevenHundredStretchesHaveTheTokensOfSpacy() throws IOException {
    List<String> lines;
    try (InputStream golden =
        WordBreaksAgainstSpacyTest.class.getResourceAsStream("spacy-tokens.txt")) {
      lines =
          new String(Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .skip(1)
              .toList();
    }
    assertEquals(700, lines.size());
    for (String line : lines) {
      String[] parts = line.split("\t", -1);
      assertEquals(parts[1], words(parts[0]), parts[0]);
    }
  }

  @Test
  void everyUnitHasTheSameTokensHoweverItIsRead() {
    for (int unit = 0; unit <= Character.MAX_VALUE; unit++) {
      if (WordKinds.of((char) unit) >= WordKinds.UNSPACED
          && WordKinds.of((char) unit) <= WordKinds.SPACE) {
        continue;
      }
      for (String context : List.of("%s", "a%s", "%sa", "a%sb", "ab.%s", "1%s", "A%s.")) {
        String stretch = context.replace("%s", String.valueOf((char) unit));
        assertEquals(tokens(stretch), words(stretch), stretch);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aB1.'", "dont.wcan'veil", "US$.a1m", "Mr.e,g)(:-", "é.™,…—A/"})
  void randomStretchesHaveTheSameTokensHoweverTheyAreRead(String alphabet) {
    SplittableRandom random = new SplittableRandom(alphabet.hashCode());
    for (int i = 0; i < 20_000; i++) {
      StringBuilder stretch = new StringBuilder();
      for (int left = 1 + random.nextInt(9); left > 0; left--) {
        stretch.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertEquals(tokens(stretch.toString()), words(stretch.toString()));
    }
  }

  @Test
  void takesAMillionMarksInAStretchInOnePass() {
    for (String part : List.of("\"'", ".", "a.", "(a", "1:", "a@", "-.", ":)", "x/", "€", "5km")) {
      String stretch = part.repeat(500_000 / part.length());
      assertTrue(WordBreaks.of(stretch).count() > 0);
    }
  }
}
