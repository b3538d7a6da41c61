package dev.millrace.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/**
 * How fast one thread works, in units per second of its processor time, so that what else the
 * machine does counts little: the median of five runs, and how far they are apart.
 *
 * @param median seconds of processor time for one pass
 * @param least of the five
 * @param most of the five
 */
record Speed(double median, double least, double most) {
  private static final int RUNS = 5;
  private static final double WARM_UP_SECONDS = 2;
  private static final double RUN_SECONDS = 1;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Runs the pass again and again on this thread. */
  static Speed of(Runnable pass) {
    repeat(pass, WARM_UP_SECONDS);
    double[] seconds = new double[RUNS];
    for (int run = 0; run < RUNS; run++) seconds[run] = repeat(pass, RUN_SECONDS);
    Arrays.sort(seconds);
    return new Speed(seconds[RUNS / 2], seconds[0], seconds[RUNS - 1]);
  }

  /** Mean of the passes that so many seconds take. */
  private static double repeat(Runnable pass, double secondsMin) {
    long start = THREADS.getCurrentThreadCpuTime();
    for (int passes = 1; ; passes++) {
      pass.run();
      double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
      if (seconds >= secondsMin) return seconds / passes;
    }
  }

  /** The head of the table whose rows {@link #row} makes. */
  static String head() {
    return "%-28s %12s %8s   %s".formatted("", "documents/s", "MB/s", "slowest - fastest of 5");
  }

  /** A row for passes over so many documents of so many bytes of UTF-8 together. */
  String row(String name, int documents, long bytes) {
    return String.format(
        Locale.ROOT,
        "%-28s %,12.0f %8.1f   %.1f - %.1f MB/s",
        name,
        documents / median,
        bytes / 1e6 / median,
        bytes / 1e6 / most,
        bytes / 1e6 / least);
  }
}
