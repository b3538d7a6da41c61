package dev.millrace.trainer.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SentencePairTest {
  private static final Ends ENDS = new Ends(-1, -2);
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

  /** Of each text ten documents of seven tokens; the marks between them are of none. */
  @Test
  void namesTheDocumentsThatItsTokensAreFrom() {
    Text text = tenDocuments("own", 0);
    Text other = tenDocuments("other", 100);
    for (int ordinal = 0; ordinal < 1_000; ordinal++) {
      SentencePair pair = SentencePair.of(text, other, ENDS, Draws.of(4, ordinal));
      List<String> seen =
          Arrays.stream(texts(pair))
              .mapToObj(token -> (token < 100 ? "own" : "other") + token % 100 / 7)
              .distinct()
              .toList();
      assertEquals(seen, pair.documents());
      assertEquals(pair.next(), seen.size() == 10 && !seen.contains("other9"));
    }
  }

  private static Text tenDocuments(String name, int first) {
    return new Text(
        IntStream.range(0, 10)
            .mapToObj(i -> tokens(first + 7 * i))
            .map(tokens -> new Text.Part(name + tokens[0] % 100 / 7, tokens, true))
            .toList());
  }

  private static int[] tokens(int first) {
    return IntStream.range(first, first + 7).toArray();
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
      assertEquals(i > 0 && i < end, pair.texts().get(0)[i], "first text at " + i);
      assertEquals(i > end && i < 42, pair.texts().get(1)[i], "second text at " + i);
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
    Text one = text(new int[] {100});
    for (int length = 2; length < 10; length++) {
      SentencePair pair =
          SentencePair.of(text(Arrays.copyOf(TEXT, length)), one, ENDS, Draws.of(1, length));
      assertTrue(pair.tokens().length <= length + SentencePair.MARKS);
    }
    Text none = new Text(List.of());
    Text forty = text(TEXT);
    assertThrows(
        IllegalArgumentException.class, () -> SentencePair.of(one, forty, ENDS, Draws.of(1, 1)));
    assertThrows(
        IllegalArgumentException.class, () -> SentencePair.of(forty, none, ENDS, Draws.of(1, 1)));
  }

  /** What stands after another document's end does not follow it. */
  @Test
  void cutsWithinDocumentsOnly() {
    Text two = text(Arrays.copyOf(TEXT, 19), Arrays.copyOfRange(TEXT, 20, 40));
    boolean[] cuts = new boolean[41];
    for (int ordinal = 0; ordinal < 10_000; ordinal++) {
      SentencePair pair = SentencePair.of(two, text(OTHER), ENDS, Draws.of(2, ordinal));
      cuts[(int) Arrays.stream(pair.types()).filter(type -> type == 0).count() - 2] = true;
      if (!pair.next()) continue;
      assertEquals(-2, pair.tokens()[cutOf(pair) > 19 ? 20 : 21]); // Between the documents.
      assertFalse(pair.text()[cutOf(pair) > 19 ? 20 : 21]);
    }
    for (int cut = 10; cut <= 30; cut++) {
      assertEquals(cut != 19 && cut != 20, cuts[cut], "" + cut);
    }
  }

  private static int cutOf(SentencePair pair) {
    return (int) Arrays.stream(pair.types()).filter(type -> type == 0).count() - 2;
  }

  @Test
  void whereNoDocumentGoesOnNothingFollows() {
    Text single = text(new int[] {1}, new int[] {2}, new int[] {3});
    for (int ordinal = 0; ordinal < 100; ordinal++) {
      SentencePair pair = SentencePair.of(single, text(OTHER), ENDS, Draws.of(3, ordinal));
      assertEquals(SentencePair.NOT_NEXT, pair.label());
    }
  }

  @Test
  void aTextAloneIsNoPair() {
    SentencePair alone = SentencePair.alone(text(new int[] {5, 6}, new int[] {7}), ENDS);
    assertArrayEquals(new int[] {-1, 5, 6, -2, 7, -2}, alone.tokens());
    assertArrayEquals(new int[6], alone.types());
    assertArrayEquals(new boolean[] {false, true, true, false, true, false}, alone.text());
    assertEquals(-100, alone.label());
    assertFalse(alone.next());
  }

  static Text text(int[]... documents) {
    return new Text(
        IntStream.range(0, documents.length)
            .mapToObj(i -> new Text.Part("d" + i, documents[i], true))
            .toList());
  }

  private static SentencePair first(boolean next) {
    return IntStream.range(0, 100)
        .mapToObj(SentencePairTest::pair)
        .filter(pair -> pair.next() == next)
        .findFirst()
        .orElseThrow();
  }

  private static SentencePair pair(int ordinal) {
    return SentencePair.of(text(TEXT), text(OTHER), ENDS, Draws.of(1, ordinal));
  }

  private static int[] texts(SentencePair pair) {
    return IntStream.range(0, pair.tokens().length)
        .filter(i -> pair.text()[i])
        .map(i -> pair.tokens()[i])
        .toArray();
  }
}
