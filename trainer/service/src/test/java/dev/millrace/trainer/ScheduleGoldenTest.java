package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Rates as transformers gives them: src/test/python/schedules_golden.py. One difference is meant: a
 * warm-up begins one step further on here, so that no step is without effect. Its lowest rate is
 * the decay's alone.
 */
class ScheduleGoldenTest {

  @ParameterizedTest
  @CsvFileSource(resources = "schedules-golden.csv", delimiter = ',')
  void fallsAsTransformersFalls(
      String name,
      long warmup,
      long steps,
      long cooldown,
      double lowest,
      long step,
      double expected) {
    Schedule schedule =
        switch (name) {
          case "constant" -> Schedule.constant(1, warmup);
          case "linear" -> Schedule.linear(1, warmup, steps, lowest);
          case "cosine" -> Schedule.cosine(1, warmup, steps, lowest);
          case "wsd" -> Schedule.wsd(1, warmup, steps, cooldown, lowest);
          default -> throw new IllegalArgumentException(name);
        };
    if (step >= warmup) {
      assertEquals(expected, schedule.learningRateAt(step), 1e-12);
    } else if (step > 0 && lowest == 0) {
      assertEquals(expected, schedule.learningRateAt(step - 1), 1e-12);
    }
  }
}
