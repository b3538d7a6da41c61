package dev.millrace.trainer;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Where a trainer's time goes. One thread trains and tells; any may ask.
 *
 * <p>What is not waiting is work: the model's steps, and making them of sequences. Pauses are
 * neither.
 */
final class TrainingTime {
  /** What a trainer may wait for. */
  enum Wait {
    SEQUENCES("sequences"),
    /** Saving one, announcing it, and clearing away older ones. */
    CHECKPOINTS("checkpoints"),
    /** A step's record in {@code training.progress}. */
    RECORDS("records");

    private final String word;

    Wait(String word) {
      this.word = word;
    }
  }

  private final LongSupplier nanoTime;
  private final LongAdder nanos = new LongAdder();
  private final Map<Wait, LongAdder> waited = new EnumMap<>(Wait.class);
  private long mark;

  TrainingTime() {
    this(System::nanoTime);
  }

  /** With another clock. */
  TrainingTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (Wait wait : Wait.values()) waited.put(wait, new LongAdder());
    begin();
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** From here on it counts. */
  void begin() {
    mark = now();
  }

  /** Counts what has gone by since the last call, or since the beginning. */
  void lap() {
    long now = now();
    nanos.add(now - mark);
    mark = now;
  }

  /**
   * Of the time at hand, all since a moment was a wait.
   *
   * @param since by {@link #now}
   * @return how long it was, nanoseconds
   */
  long waited(Wait wait, long since) {
    long nanosWaited = now() - since;
    waited.get(wait).add(nanosWaited);
    return nanosWaited;
  }

  /** Of the time at hand, all since a moment does not count. */
  void paused(long since) {
    mark += now() - since;
  }

  double seconds() {
    return nanos.sum() / 1e9;
  }

  double seconds(Wait wait) {
    return waited.get(wait).sum() / 1e9;
  }

  /** {@code 60.0 s, of which it waited 1.50 % for sequences, ...}. */
  @Override
  public String toString() {
    return Arrays.stream(Wait.values())
        .map(wait -> format("%.2f %% for %s", 100 * seconds(wait) / seconds(), wait.word))
        .collect(Collectors.joining(", ", format("%.1f s, of which it waited ", seconds()), ""));
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
