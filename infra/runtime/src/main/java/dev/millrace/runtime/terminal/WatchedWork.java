package dev.millrace.runtime.terminal;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Progress} bar over work that says itself how much it is: there is none before it does.
 * One thread works.
 */
public final class WatchedWork implements Onlooker, AutoCloseable {
  private final String label;
  private final Unit unit;
  private @Nullable Progress bar;
  private long shown;

  public WatchedWork(String label, Unit unit) {
    this.label = label;
    this.unit = unit;
  }

  @Override
  public void sees(long done, long total) {
    if (bar == null) bar = Progress.start(label, unit, OptionalLong.of(total));
    bar.add(done - shown);
    shown = done;
  }

  @Override
  public void close() {
    if (bar != null) bar.close();
  }
}
