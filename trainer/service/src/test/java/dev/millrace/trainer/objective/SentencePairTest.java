package dev.millrace.trainer.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.trainer.objective.SentencePair.Marks;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SentencePairTest {
  private static final Marks MARKS = new Marks(-1, -2);
  private static final int[] TEXT = IntStream.range(0, 40).toArray();
  private static final int[] OTHER = IntStream.range(100, 160).toArray();

  @Test
  void aPairThatFollowsIsTheTextItself() {
    SentencePair pair = first(true);
    assertArrayEquals(TEXT, texts(pair));
    assertEquals(43, pair.tokens().length);
  }

  @Test
  void aPairThatDoesNotHasTheOthersEnd() {
    SentencePair pair = first(false);
    int[] texts = texts(pair);
    assertEquals(40, texts.length);
    int cut = (int) Arrays.stream(texts).filter(token -> token < 100).count();
    assertArrayEquals(Arrays.copyOf(TEXT, cut), Arrays.copyOf(texts, cut));
    assertArrayEquals(
        Arrays.copyOfRange(OTHER, 60 - (40 - cut), 60), Arrays.copyOfRange(texts, cut, 40));
  }

  @Test
  void theMarksAreWhereBertHasThem() {
    SentencePair pair = first(true);
    int end = IntStream.range(0, 43).filter(i -> pair.tokens()[i] == -2).findFirst().orElseThrow();
    assertEquals(-1, pair.tokens()[0]);
    assertEquals(-2, pair.tokens()[42]);
    for (int i = 0; i < 43; i++) {
      assertEquals(i > end ? 1 : 0, pair.types()[i], "type of " + i);
      assertEquals(i != 0 && i != end && i != 42, pair.text()[i], "text at " + i);
    }
  }

  @Test
  void halfOfThemFollowAndCutsAreInTheMiddleHalf() {
    int next = 0;
    int[] cuts = new int[41];
    for (int ordinal = 0; ordinal < 10_000; ordinal++) {
      SentencePair pair = pair(ordinal);
      if (pair.next()) next++;
      cuts[(int) Arrays.stream(pair.types()).filter(type -> type == 0).count() - 2]++;
    }
    assertEquals(5_000, next, 250);
    for (int cut = 0; cut <= 40; cut++)
      assertEquals(cut >= 10 && cut <= 30, cuts[cut] > 0, "" + cut);
  }

  @Test
  void theShortestTextsHaveTwoTokens() {
    for (int length = 2; length < 10; length++) {
      SentencePair pair =
          SentencePair.of(Arrays.copyOf(TEXT, length), new int[] {100}, MARKS, Draws.of(1, length));
      assertTrue(pair.tokens().length <= length + SentencePair.MARKS);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> SentencePair.of(new int[1], OTHER, MARKS, Draws.of(1, 1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> SentencePair.of(TEXT, new int[0], MARKS, Draws.of(1, 1)));
  }

  private static SentencePair first(boolean next) {
    return IntStream.range(0, 100)
        .mapToObj(SentencePairTest::pair)
        .filter(pair -> pair.next() == next)
        .findFirst()
        .orElseThrow();
  }

  private static SentencePair pair(int ordinal) {
    return SentencePair.of(TEXT, OTHER, MARKS, Draws.of(1, ordinal));
  }

  private static int[] texts(SentencePair pair) {
    return IntStream.range(0, pair.tokens().length)
        .filter(i -> pair.text()[i])
        .map(i -> pair.tokens()[i])
        .toArray();
  }
}
