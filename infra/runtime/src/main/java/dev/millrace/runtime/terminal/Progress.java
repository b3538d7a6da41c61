package dev.millrace.runtime.terminal;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A progress bar on standard error: count, rate and, where the total is known, percent and time
 * left. Nothing at all where that is no terminal. Any thread may count.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start("reading", Unit.bytes(), OptionalLong.of(size))) {
 *   progress.add(read);
 * }
 * }</pre>
 */
public final class Progress implements AutoCloseable {
  private static final long REDRAW_MILLIS = 200;

  private final Screen screen;
  private final String label;
  private final Unit unit;
  private final OptionalLong total;
  private final LongAdder done = new LongAdder();
  private final Rate rate = new Rate();
  private final long startNanos = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Progress::daemon);

  Progress(Screen screen, String label, Unit unit, OptionalLong total) {
    this.screen = screen;
    this.label = label;
    this.unit = unit;
    this.total = total;
    if (screen.isTerminal()) {
      var unused = clock.scheduleAtFixedRate(this::draw, 0, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Draws from now on until it is closed. */
  public static Progress start(String label, Unit unit, OptionalLong total) {
    return new Progress(Screen.onStandardError(), label, unit, total);
  }

  /**
   * The same for work that prints lines on standard output all the time: nothing where a person
   * sees those, how much there will be being unknown.
   */
  public static Progress besideOutput(String label, Unit unit) {
    return new Progress(Screen.besideOutput(), label, unit, OptionalLong.empty());
  }

  /** So much more is done. */
  public void add(long amount) {
    done.add(amount);
  }

  /** Prints a line that stays above the bar. */
  public void println(String line) {
    screen.println(line);
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    clock.shutdownNow();
    try {
      clock.awaitTermination(1, TimeUnit.SECONDS); // A last drawing must not follow.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    screen.close();
  }

  private synchronized void draw() {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    long count = done.sum();
    screen.show(
        List.of(ProgressLine.of(label, unit, count, total, rate.at(seconds, count), seconds)));
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "progress");
    thread.setDaemon(true);
    return thread;
  }
}
