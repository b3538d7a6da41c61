package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values worked out by hand, from the papers' formulas, with a pocket calculator's digits. */
class ScheduleTest {
  private static final double EXACT = 1e-15;

  @ParameterizedTest
  @CsvSource({"0, 0.00015", "1, 0.0003", "2, 0.00045", "3, 0.0006", "4, 0.0006", "999999, 0.0006"})
  void constantStaysAtThePeakAfterItsWarmUp(long step, double expected) {
    assertEquals(expected, Schedule.constant(6e-4, 4).learningRateAt(step), EXACT);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.5", // Half of the warm-up.
    "1, 1",
    "2, 1", // The decay begins: nothing is done of it.
    "4, 0.775", // A quarter done: 0.1 + 0.9 * 0.75.
    "6, 0.55",
    "9, 0.2125", // 7 of 8 done.
    "10, 0.1",
    "25, 0.1"
  })
  void linearFallsInAStraightLine(long step, double expected) {
    assertEquals(expected, Schedule.linear(1, 2, 10, 0.1).learningRateAt(step), EXACT);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.5",
    "2, 1",
    "4, 0.868198051533946", // A quarter: 0.1 + 0.45 * (1 + sqrt(1/2)).
    "6, 0.55", // Half: the cosine is 0.
    "8, 0.231801948466054", // Three quarters: 0.1 + 0.45 * (1 - sqrt(1/2)).
    "10, 0.1",
    "11, 0.1"
  })
  void cosineFallsAsHalfACosine(long step, double expected) {
    assertEquals(expected, Schedule.cosine(1, 2, 10, 0.1).learningRateAt(step), EXACT);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.25",
    "3, 1",
    "50, 1",
    "80, 1", // The last 20 of 100 steps: nothing done.
    "85, 0.5", // A quarter done: 1 - 1/2.
    "90, 0.292893218813452", // Half done: 1 - sqrt(1/2).
    "99, 0.025320565519104", // 19 of 20 done: 1 - sqrt(0.95).
    "100, 0"
  })
  void wsdIsStableAndThenFallsAsOneMinusTheRoot(long step, double expected) {
    assertEquals(expected, Schedule.wsd(1, 4, 100, 20, 0).learningRateAt(step), 5e-16);
  }

  @Test
  void withoutWarmUpTheFirstStepIsAtThePeak() {
    assertEquals(1, Schedule.constant(1, 0).learningRateAt(0));
    assertEquals(1, Schedule.wsd(1, 0, 10, 2, 0).learningRateAt(0));
  }

  @Test
  void noStepOfARunIsWithoutEffect() {
    Schedule schedule = Schedule.wsd(6e-4, 10, 100, 20, 0);
    assertTrue(LongStream.range(0, 100).allMatch(step -> schedule.learningRateAt(step) > 0));
  }
}
