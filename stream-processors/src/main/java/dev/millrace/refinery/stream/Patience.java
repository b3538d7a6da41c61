package dev.millrace.refinery.stream;

import java.time.Duration;

/**
 * How long the next document may take. Every document that uses its time up halves it, every other
 * one gives a tenth back: a flood of documents that hang costs about twice the limit in all, and
 * not the limit each, so that it can never outlast a transaction. Shared by all tasks.
 */
final class Patience {
  private static final double LOSS = 0.5;
  private static final double GAIN = 1.1;
  private static final long LEAST_NANOS = Duration.ofMillis(50).toNanos();

  private final long most;
  private long now;

  Patience(Duration most) {
    this.most = most.toNanos();
    now = this.most;
  }

  synchronized Duration left() {
    return Duration.ofNanos(now);
  }

  synchronized void usedUp() {
    now = Math.max(Math.min(LEAST_NANOS, most), (long) (now * LOSS));
  }

  synchronized void respected() {
    now = Math.min(most, (long) (now * GAIN));
  }
}
