package dev.millrace.evaluator.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DenoisingReadingTest {
  private static final int IGNORED = TokenNll.IGNORED;
  private static final int[] TEXT = IntStream.range(10, 21).toArray();

  private static DenoisingReading reading(int context, int stride) {
    return new DenoisingReading(7, 1, 2, 3, new Windows(context, stride));
  }

  @Test
  void hidesEveryThirdSpanBehindAMaskAndScoresIt() {
    List<Pass> passes = reading(16, 16).passes(0, 11);
    assertEquals(3, passes.size());
    Row first = passes.get(0).row(TEXT);
    assertArrayEquals(new int[] {1, 3, 13, 14, 15, 16, 17, 18, 3, 2}, first.inputs());
    assertArrayEquals(
        new int[] {7, 1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, first.decoderInputs());
    int no = IGNORED;
    assertArrayEquals(new int[] {no, 10, 11, 12, no, no, no, no, no, no, 19, 20}, first.labels());
    assertArrayEquals(
        new int[] {1, 10, 11, 12, 3, 16, 17, 18, 19, 20, 2}, passes.get(1).row(TEXT).inputs());
    assertEquals(-1, passes.get(0).first());
  }

  /** Six at once, two scored: tokens 4 and 5 are of the second span, the window is 2 to 7. */
  @Test
  void windowsThatOverlapHideSpansByTheirPlaceInTheText() {
    List<Pass> passes = reading(6, 2).passes(0, 10);
    Pass third =
        passes.stream().filter(pass -> pass.row(TEXT).labels()[3] == 14).findFirst().orElseThrow();
    assertArrayEquals(new int[] {1, 12, 3, 16, 17, 2}, third.row(TEXT).inputs());
    int no = IGNORED;
    assertArrayEquals(new int[] {no, no, no, 14, 15, no, no}, third.row(TEXT).labels());
    assertEquals(1, third.first());
  }

  @Test
  void scoresEveryTokenOnceWhateverTheLengths() {
    SplittableRandom random = new SplittableRandom(12);
    for (int round = 0; round < 300; round++) {
      int context = random.nextInt(1, 30);
      DenoisingReading reading = reading(context, random.nextInt(1, context + 1));
      int[] tokens = IntStream.range(0, random.nextInt(80)).map(i -> 100 + i).toArray();
      int[] scored = new int[tokens.length];
      for (Pass pass : reading.passes(0, tokens.length)) {
        int[] labels = pass.row(tokens).labels();
        for (int i = 0; i < labels.length; i++) {
          if (labels[i] == IGNORED) continue;
          assertEquals(tokens[pass.first() + i], labels[i]);
          scored[pass.first() + i]++;
        }
      }
      assertArrayEquals(IntStream.generate(() -> 1).limit(tokens.length).toArray(), scored);
    }
  }

  @Test
  void aDocumentOfOneSpanIsOnePassWithNothingLeftToSee() {
    List<Pass> passes = reading(16, 16).passes(0, 2);
    assertEquals(1, passes.size());
    assertArrayEquals(new int[] {1, 3, 2}, passes.get(0).row(TEXT).inputs());
  }
}
