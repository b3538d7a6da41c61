package dev.millrace.bench;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.SignatureIndex;
import dev.millrace.refinery.lines.LineDedup;
import dev.millrace.refinery.lines.LineWindows;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.Origin;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What exact, near and line dedup remember, in time of one core and in memory. Argument: documents,
 * one million where there is none.
 */
final class IndexSpeed {
  private static final int KEYS = 15;
  private static final int REPEATED_PERCENT = 10;
  private static final int LINES = 40;
  private static final int COMMON_LINES = 1_000;

  private IndexSpeed() {}

  public static void main(String[] arguments) {
    int documents = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    fill(documents, documents);
    fill(documents, 1_000);
    lines(documents);
  }

  /** Documents of so many lines each, some of which many documents have. */
  private static void lines(int documents) {
    int window = Defaults.of(LineDedup.class).window();
    LineWindows seen = new LineWindows(domain -> window, (key, page) -> {});
    SplittableRandom random = new SplittableRandom(2);
    long[] lines = new long[LINES];
    long longest = 0;
    long start = cpuNanos();
    for (int i = 0; i < documents; i++) {
      for (int l = 0; l < LINES; l++) {
        boolean common = random.nextInt(100) < REPEATED_PERCENT;
        lines[l] = common ? random.nextInt(COMMON_LINES) : random.nextLong();
      }
      long before = System.nanoTime();
      for (long line : lines) seen.count("d", line);
      seen.add("d", lines);
      longest = Math.max(longest, System.nanoTime() - before);
    }
    double seconds = (cpuNanos() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%,d documents of %d lines past a window of %,d: %,.0f lines/s, %.1f MB of memory"
            + " (%.1f bytes a line of the window), longest %.1f ms%n",
        documents,
        LINES,
        window,
        (double) documents * LINES / seconds,
        seen.bytes() / 1e6,
        (double) seen.bytes() / window,
        longest / 1e6);
  }

  private static void fill(int documents, int expected) {
    SignatureIndex index = new SignatureIndex(new DedupConfig(KEYS - 1, 8, 5, 0, false, expected));
    SplittableRandom random = new SplittableRandom(1);
    long longest = 0;
    long start = cpuNanos();
    for (int i = 0; index.documents() < documents; i++) {
      boolean copy = i > KEYS && random.nextInt(100) < REPEATED_PERCENT;
      DedupSignature signature =
          new DedupSignature(new Origin(0, i), i, keys(copy ? random.nextLong(i) : i));
      long before = System.nanoTime();
      if (index.verdict(signature).duplicateOf().isEmpty()) index.register(signature);
      longest = Math.max(longest, System.nanoTime() - before);
    }
    double seconds = (cpuNanos() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%,d kept of %,d expected: %,.0f verdicts/s, %.1f bytes each, longest %.1f ms%n",
        documents,
        expected,
        documents / (1 - REPEATED_PERCENT / 100.0) / seconds,
        (double) index.bytes() / documents,
        longest / 1e6);
  }

  private static long[] keys(long document) {
    SplittableRandom random = new SplittableRandom(document);
    long[] keys = new long[KEYS];
    for (int k = 0; k < KEYS; k++) keys[k] = random.nextLong();
    return keys;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
