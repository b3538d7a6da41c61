package dev.millrace.evaluator.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.Sums;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskedReadingTest {
  private static final int IGNORED = TokenNll.IGNORED;
  private static final int[] TEXT = {10, 11, 12, 13, 14};

  private static MaskedReading reading(int context, int stride) {
    return reading(context, stride, 1);
  }

  private static MaskedReading reading(int context, int stride, int every) {
    return new MaskedReading(1, 2, 3, new Windows(context, stride), every);
  }

  @Test
  void hidesEachTokenAloneBetweenTheMarks() {
    List<Pass> passes = reading(8, 8).passes(0, 5);
    assertEquals(5, passes.size());
    Row second = passes.get(1).row(TEXT);
    assertArrayEquals(new int[] {1, 10, 3, 12, 13, 14, 2}, second.inputs());
    assertArrayEquals(
        new int[] {IGNORED, IGNORED, 11, IGNORED, IGNORED, IGNORED, IGNORED}, second.labels());
    assertEquals(7, passes.get(1).length());
    assertEquals(-1, passes.get(1).first());
  }

  /** Three at once, one scored: one neighbour on either side. */
  @Test
  void aTokenSeesItsOwnWindowOnly() {
    List<Pass> passes = reading(3, 1).passes(4, 5);
    assertEquals(5, passes.size());
    assertArrayEquals(new int[] {1, 11, 3, 13, 2}, passes.get(2).row(TEXT).inputs());
    assertEquals(0, passes.get(2).first());
    assertArrayEquals(new int[] {1, 12, 13, 3, 2}, passes.get(4).row(TEXT).inputs());
    assertEquals(4, passes.get(4).document());
  }

  @Test
  void anEmptyDocumentIsNotRead() {
    assertEquals(List.of(), reading(3, 3).passes(0, 0));
  }

  /** The place of a token is its nll's exponent of two, so that a sum tells which were scored. */
  private static float[][] placesSeen(List<Row> rows) {
    return rows.stream()
        .map(
            row -> {
              float[] nll = new float[row.labels().length];
              for (int i = 0; i < nll.length; i++) {
                if (row.labels()[i] != IGNORED) nll[i] = (float) Math.pow(2, row.labels()[i] - 'a');
              }
              return nll;
            })
        .toArray(float[][]::new);
  }

  private static List<DocumentSums> sums(int every, String... texts) {
    return new Scorer(
            MaskedReadingTest::placesSeen, text -> text.chars().toArray(), reading(5, 3, every), 64)
        .score(Arrays.stream(texts).map(Document::of).toList());
  }

  @Test
  void oneTokenInSoManyIsWhatTheyAreWhereAllAreScored() {
    String text = "abcdefghijklm";
    String[] texts = {text, text, text, text, "ab", "ab", ""};
    List<DocumentSums> all = sums(1, texts);
    List<DocumentSums> some = sums(4, texts);
    assertEquals(Math.pow(2, 13) - 1, all.get(0).sums().nll());
    for (int d = 0; d < 4; d++) {
      double nll = 0;
      int scored = 0;
      for (int place = d; place < text.length(); place += 4) {
        nll += sums(1, text.substring(0, place + 1)).get(0).sums().nll();
        if (place > 0) nll -= sums(1, text.substring(0, place)).get(0).sums().nll();
        scored++;
      }
      Sums sums = some.get(d).sums();
      assertEquals(nll, sums.nll());
      assertEquals(scored, sums.tokens());
      assertEquals(13, sums.textTokens());
      assertEquals(13, sums.bytes());
    }
    assertEquals(1, some.get(4).sums().nll()); // A short text counts too, at one place.
    assertEquals(2, some.get(5).sums().nll());
    assertEquals(new Sums(0, 0, 0, 0, 0, 1), some.get(6).sums());
    assertEquals(all.get(0).sums().nll(), Sums.of(some.subList(0, 4)).nll()); // Each place once.
  }

  @Test
  void theDefinitionSaysHowManyAreScored() {
    assertTrue(reading(3, 3).definition().contains(": each token once, masked alone,"));
    assertTrue(reading(3, 3, 16).definition().contains(": one token in 16, masked alone,"));
  }

  @Test
  void refusesToScoreNone() {
    assertThrows(IllegalArgumentException.class, () -> reading(3, 3, 0));
  }
}
