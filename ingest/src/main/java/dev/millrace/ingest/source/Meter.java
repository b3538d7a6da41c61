package dev.millrace.ingest.source;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of the inputs themselves were read, compressed as they are. */
public final class Meter {
  private final AtomicLong bytes = new AtomicLong();

  void add(long count) {
    bytes.addAndGet(count);
  }

  /** From any thread. */
  public long bytes() {
    return bytes.get();
  }

  /** What is read once more counts once. */
  public void rewind(long to) {
    bytes.set(to);
  }

  /** Bytes that need not be read, because they were before. */
  public void skip(long count) {
    add(count);
  }
}
