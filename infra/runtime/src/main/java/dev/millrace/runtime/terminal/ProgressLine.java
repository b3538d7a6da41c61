package dev.millrace.runtime.terminal;

import java.util.Locale;
import java.util.OptionalLong;

/** The text of a progress bar. */
final class ProgressLine {
  private static final int BAR_WIDTH = 20;

  private ProgressLine() {}

  /** As {@code ingest [#####.....] 50 % 1.0 MB of 2.0 MB 0.5 MB/s 0:02 left}. */
  static String of(
      String label, Unit unit, long done, OptionalLong total, double rate, double seconds) {
    String count = unit.format((double) done);
    String speed = unit.format(rate) + "/s";
    if (total.isEmpty() || total.getAsLong() <= 0) {
      return String.join("  ", label, count, speed, clock(seconds));
    }
    double share = Math.min(1, (double) done / total.getAsLong());
    String bar = "#".repeat((int) (share * BAR_WIDTH));
    String drawn =
        String.format(
            Locale.ROOT,
            "[%s%s] %d %%",
            bar,
            ".".repeat(BAR_WIDTH - bar.length()),
            (int) (share * 100));
    long left = Math.max(0, total.getAsLong() - done);
    String amount = count + " of " + unit.format((double) total.getAsLong());
    String remaining = rate > 0 ? clock(left / rate) + " left" : "-:-- left";
    return String.join("  ", label + " " + drawn, amount, speed, remaining);
  }

  /** As {@code 0:07} or {@code 1:02:03}. */
  static String clock(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
