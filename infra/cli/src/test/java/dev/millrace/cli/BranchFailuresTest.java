package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BranchFailuresTest {
  private static final Instant NOW = Instant.EPOCH;

  private static BranchFailures after(int failures) {
    BranchFailures all = BranchFailures.NONE;
    for (int i = 0; i < failures; i++) all = all.plus(OptionalLong.of(4), NOW);
    return all;
  }

  private static Duration pause(int failures) {
    return Duration.between(NOW, after(failures).pauseEnd());
  }

  @Test
  void eachPauseIsTwiceAsLongAsTheOneBefore() {
    assertEquals(Duration.ofSeconds(1), pause(1));
    assertEquals(Duration.ofSeconds(2), pause(2));
    assertEquals(Duration.ofSeconds(128), pause(BranchFailures.COUNT_MAX - 1));
  }

  @Test
  void nineWithoutACheckpointBetweenThemAreTooMany() {
    assertFalse(after(8).areTooMany());
    assertTrue(after(9).areTooMany());
  }

  @Test
  void thoseBeforeACheckpointAreForgotten() {
    BranchFailures further = after(8).plus(OptionalLong.of(5), NOW);
    assertEquals(new BranchFailures(OptionalLong.of(5), 1, NOW.plusSeconds(1)), further);
    BranchFailures first = BranchFailures.NONE.plus(OptionalLong.empty(), NOW);
    assertEquals(1, first.count());
    assertEquals(2, first.plus(OptionalLong.empty(), NOW).count());
    assertEquals(1, first.plus(OptionalLong.of(4), NOW).count());
  }
}
