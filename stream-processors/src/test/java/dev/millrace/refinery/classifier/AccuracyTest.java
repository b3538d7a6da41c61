package dev.millrace.refinery.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AccuracyTest {
  private final Accuracy accuracy =
      new Accuracy(List.of(0.8, 0.9, 0.4), List.of(0.1, 0.7, 0.4, 0.2));

  @Test
  void countsADocumentAtTheThresholdAsPositive() {
    assertEquals(5 / 7.0, accuracy.accuracy(0.5), 1e-15);
    assertEquals(2 / 3.0, accuracy.precision(0.5), 1e-15);
    assertEquals(2 / 3.0, accuracy.recall(0.5), 1e-15);
    assertEquals(1 / 4.0, accuracy.falsePositiveRate(0.5), 1e-15);
    assertEquals(1, accuracy.recall(0.4), 1e-15);
    assertEquals(2 / 4.0, accuracy.falsePositiveRate(0.4), 1e-15);
    assertEquals(3 / 5.0, accuracy.precision(0.4), 1e-15);
    assertEquals(1, accuracy.precision(0.95));
  }

  @Test
  void saysHowManyThereAre() {
    assertEquals(3, accuracy.positives());
    assertEquals(4, accuracy.negatives());
    assertEquals(3 / 7.0, accuracy.baseRate());
  }

  /** 0.9 and 0.8 are above all four, 0.4 above two and level with one. */
  @Test
  void countsTiesHalfInTheArea() {
    assertEquals((4 + 4 + 2.5) / 12, accuracy.auc(), 1e-15);
    assertEquals(0.5, new Accuracy(List.of(0.3), List.of(0.3, 0.3)).auc());
    assertEquals(0, new Accuracy(List.of(0.1), List.of(0.3)).auc());
    assertEquals(1, new Accuracy(List.of(0.3), List.of(0.1)).auc());
  }

  @Test
  void findsTheHighestThresholdOfARecall() {
    assertEquals(0.4, accuracy.thresholdOfRecall(1));
    assertEquals(0.4, accuracy.thresholdOfRecall(0.67));
    assertEquals(0.8, accuracy.thresholdOfRecall(2 / 3.0));
    assertEquals(0.9, accuracy.thresholdOfRecall(0));
  }

  @Test
  void findsTheLowestThresholdOfAFalsePositiveRate() {
    assertEquals(Math.nextUp(0.7), accuracy.thresholdOfFalsePositives(0.2));
    assertEquals(Math.nextUp(0.4), accuracy.thresholdOfFalsePositives(0.25));
    assertEquals(0.25, accuracy.falsePositiveRate(Math.nextUp(0.4)));
    assertEquals(0, accuracy.thresholdOfFalsePositives(1));
  }

  @Test
  void needsScoresOfBothLabels() {
    assertThrows(IllegalArgumentException.class, () -> new Accuracy(List.of(), List.of(1.0)));
    assertThrows(IllegalArgumentException.class, () -> new Accuracy(List.of(1.0), List.of()));
  }
}
