package dev.millrace.bench;

import dev.millrace.refinery.HeldOutConfig;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.stream.RefineryService;
import dev.millrace.refinery.stream.StreamConfig;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The whole refinery with every default stage and dedup, on a broker of its own. */
final class KafkaRefinery implements AutoCloseable {
  private final BenchBroker broker;
  private final KafkaConnection connection;
  private final Topics topics = new Topics("bench.");
  private final int partitions;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private record Run(RefineryConfig refinery, HeldOutConfig heldOut) {}

  KafkaRefinery(int partitions) throws IOException, InterruptedException, ExecutionException {
    this.partitions = partitions;
    broker = new BenchBroker();
    connection = broker.connection();
    broker.create(topics.all(), partitions);
  }

  KafkaConnection connection() {
    return connection;
  }

  Topics topics() {
    return topics;
  }

  /** A producer of whole documents; not transactional. */
  KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> config = new HashMap<>(connection.properties());
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Sends the document of this number; its id is the number. */
  void send(KafkaProducer<byte[], byte[]> producer, long number, byte[] content) {
    var unused =
        producer.send(
            record(number, content),
            (metadata, failure) -> {
              if (failure != null) System.err.println("lost document " + number + ": " + failure);
            });
  }

  private ProducerRecord<byte[], byte[]> record(long number, byte[] content) {
    RawDocument document =
        RawDocument.newBuilder()
            .setId(Long.toString(number))
            .setDomain("speeches")
            .setUri(null)
            .setMediaType("text/plain")
            .setCharset("UTF-8")
            .setContent(ByteBuffer.wrap(content))
            .setFetchedAt(null)
            .setMetadata(Map.of())
            .build();
    return topics.raw().record((int) (number % partitions), document.getId(), document);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What is measured while the service runs. */
  @FunctionalInterface
  interface Measurement {
    void run() throws Exception;
  }

  /**
   * Runs the service during the measurement.
   *
   * @param documents for which the index takes its memory at once
   */
  void during(int threads, Duration commitInterval, long documents, Measurement measurement)
      throws Exception {
    Run run =
        RunFile.parse(
                "refinery:\n  dedup: {expectedDocuments: " + documents + "}\n",
                "run.yaml",
                Run.class)
            .value();
    StreamConfig defaults = Defaults.of(StreamConfig.class);
    StreamConfig stream =
        new StreamConfig(threads, commitInterval, 0, defaults.documentTimeLimit());
    Path state = broker.directory().resolve("state");
    try (RefineryService service =
        new RefineryService(
            connection, topics, run.refinery(), run.heldOut(), stream, "bench", state, meters)) {
      CompletableFuture<Void> end =
          CompletableFuture.runAsync(() -> run(service), task -> new Thread(task).start());
      measurement.run();
      service.stop();
      end.join();
    }
  }

  private static void run(RefineryService service) {
    try {
      service.run();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /** Documents that dedup has kept so far. */
  long kept() {
    return gauge("millrace.refinery.index.documents");
  }

  /** Memory of its index. */
  long indexBytes() {
    return gauge("millrace.refinery.index.bytes");
  }

  private long gauge(String name) {
    var gauge = meters.find(name).gauge();
    return gauge == null ? 0 : (long) gauge.value();
  }

  /** Processor time of this process and of the broker so far, in seconds. */
  double[] cpuSeconds() {
    return new double[] {cpuSeconds(ProcessHandle.current().pid()), cpuSeconds(broker.pid())};
  }

  private static double cpuSeconds(long pid) {
    return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElse(Duration.ZERO)
            .toMillis()
        / 1e3;
  }

  /** What of the heap the last collection left in use. */
  static long heapBytesAfterCollection() {
    long bytes = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getCollectionUsage();
      if (pool.getType() == MemoryType.HEAP && usage != null) bytes += usage.getUsed();
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    broker.close();
  }
}
