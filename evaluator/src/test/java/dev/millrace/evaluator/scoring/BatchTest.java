package dev.millrace.evaluator.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static Window window(int document, int length) {
    return new Window(document, 0, length, length);
  }

  @Test
  void fillsBatchesLongestFirst() {
    List<Batch> batches =
        Batch.of(List.of(window(0, 2), window(1, 8), window(2, 4), window(3, 7)), 16);
    assertEquals(
        List.of(
            new Batch(List.of(window(1, 8), window(3, 7))),
            new Batch(List.of(window(2, 4), window(0, 2)))),
        batches);
    assertEquals(8, batches.get(0).length());
  }

  @Test
  void takesOneWindowEvenWhenItIsTooLong() {
    assertEquals(2, Batch.of(List.of(window(0, 8), window(1, 8)), 1).size());
  }

  @Test
  void keepsTheOrderOfEqualLengths() {
    assertEquals(
        List.of(new Batch(List.of(window(0, 4), window(1, 4), window(2, 4)))),
        Batch.of(List.of(window(0, 4), window(1, 4), window(2, 4)), 12));
  }

  @Test
  void nothingToScoreIsNoBatch() {
    assertEquals(List.of(), Batch.of(List.of(), 16));
  }
}
