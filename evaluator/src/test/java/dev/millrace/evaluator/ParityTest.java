package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.checkpoint.Probe;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParityTest {
  private static double difference(float trainer, float exported) {
    Probe probe =
        new Probe(
            List.of(List.of(1, 2, 3)),
            List.of(List.of(2, 3, Probe.IGNORED)),
            List.of(List.of(3f, trainer, 0f)));
    return Parity.largestDifference(new float[][] {{3f, exported, 99f}}, probe);
  }

  @Test
  void isRelativeToTheTrainersValue() {
    assertEquals(0, difference(8, 8));
    assertEquals(0.25, difference(8, 6));
    assertEquals(0.25, difference(8, 10));
  }

  /** What is almost certain has a small nll and the same absolute error as all else. */
  @Test
  void isAbsoluteBelowOneNat() {
    assertEquals(0.125, difference(0.5f, 0.625f));
    assertEquals(0.5, difference(0, 0.5f));
  }

  @Test
  void whatIsNoNumberIsNoParity() {
    assertTrue(Double.isNaN(difference(8, Float.NaN)));
    assertEquals(Double.POSITIVE_INFINITY, difference(8, Float.POSITIVE_INFINITY));
  }
}
