package dev.millrace.bench;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.SignatureIndex;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.Origin;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What the index of near dedup costs, in time of one core and in memory. Argument: documents in the
 * index, one million where there is none.
 */
final class IndexSpeed {
  private static final int KEYS = 15;
  private static final int REPEATED_PERCENT = 10;

  private IndexSpeed() {}

  public static void main(String[] arguments) {
    int documents = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    fill(documents, documents);
    fill(documents, 1_000);
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
