package dev.millrace.refinery.extraction;

import java.io.FilterReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;

/** Text that can be read for so long and no longer, however slow its reader is. */
final class Deadline extends FilterReader {
  private final long start = System.nanoTime();
  private final long nanosMax;

  Deadline(String text, Duration timeMax) {
    super(new StringReader(text));
    nanosMax = timeMax.toNanos();
  }

  /** The time is over. */
  static final class Passed extends RuntimeException {
    private final double seconds;

    private Passed(long nanos) {
      super("the time limit has passed", null, false, false);
      seconds = nanos / 1e9;
    }

    double seconds() {
      return seconds;
    }
  }

  @Override
  public int read() throws IOException {
    check();
    return super.read();
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    check();
    return super.read(buffer, offset, length);
  }

  /** Throws {@link Passed} once the time is over. */
  void check() {
    long nanos = System.nanoTime() - start;
    if (nanos > nanosMax) throw new Passed(nanos);
  }
}
