package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.schemas.checkpoint.TrainingFaults;
import dev.millrace.trainer.SpikeDetector.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpikeDetectorTest {
  private static final SpikeDetector DETECTOR = new SpikeDetector(Policy.SKIP, 4, 3, 2);
  private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

  private static TrainingFaults recent(int spikes, Double... losses) {
    List<Double> norms = List.of(losses).stream().map(loss -> loss / 10).toList();
    return new TrainingFaults(List.of(losses), norms, spikes, List.of());
  }

  @Test
  void theLimitIsSoManyDeviationsAboveTheMeanOfTheWindow() {
    // Mean 3, squares 1 + 1 + 1 + 1: deviation 1.
    assertEquals(6, DETECTOR.lossMax(recent(0, 2.0, 4.0, 2.0, 4.0)));
    assertEquals(0.6, DETECTOR.gradientNormMax(recent(0, 2.0, 4.0, 2.0, 4.0)), 1e-15);
  }

  @Test
  void aWindowOfEqualValuesAllowsForAThousandthOfTheMean() {
    assertEquals(2.006, DETECTOR.lossMax(recent(0, 2.0, 2.0, 2.0, 2.0)), 1e-15);
  }

  @Test
  void nothingIsASpikeBeforeTheWindowIsFull() {
    assertEquals(NO_LIMIT, DETECTOR.lossMax(recent(0, 2.0, 4.0, 2.0)));
    assertEquals(NO_LIMIT, DETECTOR.gradientNormMax(TrainingFaults.NONE));
  }

  @Test
  void nothingIsASpikeWhereNobodyAsks() {
    SpikeDetector off = new SpikeDetector(Policy.NONE, 4, 3, 2);
    assertEquals(NO_LIMIT, off.lossMax(recent(0, 2.0, 4.0, 2.0, 4.0)));
    assertEquals(TrainingFaults.NONE, off.trained(TrainingFaults.NONE, 2, 1));
  }

  @Test
  void afterSoManyInARowTheNextIsANewLevel() {
    assertEquals(6, DETECTOR.lossMax(recent(1, 2.0, 4.0, 2.0, 4.0)));
    TrainingFaults two = recent(2, 2.0, 4.0, 2.0, 4.0);
    assertEquals(NO_LIMIT, DETECTOR.lossMax(two));
    TrainingFaults after = DETECTOR.trained(two, 9, 1);
    assertEquals(List.of(9.0), after.losses());
    assertEquals(0, after.spikes());
  }

  @Test
  void oneThatIsTrainedOnEndsTheRow() {
    TrainingFaults after = DETECTOR.trained(recent(1, 2.0, 4.0, 2.0, 4.0), 3, 1);
    assertEquals(List.of(4.0, 2.0, 4.0, 3.0), after.losses());
    assertEquals(0, after.spikes());
  }

  @Test
  void refusesWindowsAndLimitsThatTellNothing() {
    assertThrows(IllegalArgumentException.class, () -> new SpikeDetector(Policy.SKIP, 1, 3, 1));
    assertThrows(IllegalArgumentException.class, () -> new SpikeDetector(Policy.SKIP, 4, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new SpikeDetector(Policy.SKIP, 4, 3, 0));
  }
}
