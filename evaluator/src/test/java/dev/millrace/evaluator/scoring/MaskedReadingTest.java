package dev.millrace.evaluator.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class MaskedReadingTest {
  private static final int IGNORED = TokenNll.IGNORED;
  private static final int[] TEXT = {10, 11, 12, 13, 14};

  private static MaskedReading reading(int context, int stride) {
    return new MaskedReading(1, 2, 3, new Windows(context, stride));
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
}
