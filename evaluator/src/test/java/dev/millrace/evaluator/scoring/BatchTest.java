package dev.millrace.evaluator.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
  private record Place(int document, int length) implements Pass {
    @Override
    public int first() {
      return 0;
    }

    @Override
    public Row row(int[] tokens) {
      throw new AssertionError("nobody reads it");
    }
  }

  private static Pass row(int document, int length) {
    return new Place(document, length);
  }

  @Test
  void fillsBatchesLongestFirst() {
    List<Batch> batches = Batch.of(List.of(row(0, 2), row(1, 8), row(2, 4), row(3, 7)), 16);
    assertEquals(
        List.of(new Batch(List.of(row(1, 8), row(3, 7))), new Batch(List.of(row(2, 4), row(0, 2)))),
        batches);
  }

  @Test
  void takesOneRowEvenWhenItIsTooLong() {
    assertEquals(2, Batch.of(List.of(row(0, 8), row(1, 8)), 1).size());
  }

  @Test
  void keepsTheOrderOfEqualLengths() {
    assertEquals(
        List.of(new Batch(List.of(row(0, 4), row(1, 4), row(2, 4)))),
        Batch.of(List.of(row(0, 4), row(1, 4), row(2, 4)), 12));
  }

  @Test
  void nothingToScoreIsNoBatch() {
    assertEquals(List.of(), Batch.of(List.of(), 16));
  }
}
