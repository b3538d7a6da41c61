package dev.millrace.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The tries to train a branch that failed one after the other without getting further. Each is
 * followed by a pause twice as long as the one before: from a second to two minutes.
 *
 * @param began step of the checkpoint from which the last of them began; empty: from the main
 *     line's
 * @param pauseEnd when the next one may begin
 */
record BranchFailures(OptionalLong began, int count, Instant pauseEnd) {
  static final int COUNT_MAX = 9;
  static final BranchFailures NONE = new BranchFailures(OptionalLong.empty(), 0, Instant.MIN);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** With one more; those before are forgotten where it began from a later checkpoint. */
  BranchFailures plus(OptionalLong began, Instant when) {
    int count = began.equals(this.began) ? this.count + 1 : 1;
    return new BranchFailures(began, count, when.plus(FIRST_PAUSE.multipliedBy(1L << (count - 1))));
  }

  /** Whether another try is in vain. */
  boolean areTooMany() {
    return count >= COUNT_MAX;
  }
}
