package dev.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.cli.Millrace;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever ends a push with Ctrl-C leaves nothing behind that others would have to wait for. */
@WithKafka
class IngestStopTest {
  private static final int SIGTERM = 128 + 15;
  private static final int DOCUMENTS = 40_000;
  private static final int AT_ONCE = 3_000;
  private static final long PAUSE_MILLIS = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaConnection kafka;
  private final Topics topics;
  private final String settings;
  private final HttpServer server;
  private volatile boolean slow = true;
  @TempDir Path folder;

  IngestStopTest(TestKafka broker) throws IOException {
    kafka = KafkaConnection.to(broker.bootstrap());
    topics = new Topics(broker.freshPrefix());
    settings =
        """
        topicPrefix: %s
        domains: [web]
        kafka: {bootstrap.servers: "%s"}
        """
            .formatted(topics.prefix(), broker.bootstrap());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    server.createContext("/documents.jsonl", this::speak);
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void holdsNobodyBackWhenToldToEndAndGoesOnTheNextTime() throws Exception {
    String run = Files.writeString(folder.resolve("run.yaml"), settings).toString();
    String url = "http://127.0.0.1:%d/documents.jsonl".formatted(server.getAddress().getPort());
    assertEquals(0, Millrace.run("topics", "create", "--run", run));
    try (ChildJvm ingest =
        ChildJvm.of(Millrace.class)
            .jvmOptions("-Xmx400m")
            .arguments("ingest", "--run", run, url)
            .start(folder.resolve("ingest.log"))) {
      Await.until("a transaction is open", PATIENCE, () -> hidden() > 0 || !ingest.isAlive());
      ingest.terminate();
      assertEquals(SIGTERM, ingest.awaitExit(PATIENCE), ingest.output());
      assertEquals(0, hidden(), "records behind an open transaction");
      assertTrue(ingest.output().contains("stopped: "), ingest.output());
    }
    int before = ids().size();
    assertTrue(before > 0 && before < DOCUMENTS, before + " documents");

    slow = false;
    assertEquals(0, Millrace.run("ingest", "--run", run, url));
    assertEquals(IntStream.range(0, DOCUMENTS).mapToObj(IngestStopTest::id).toList(), ids());
  }

  /** Some documents at once, and then as slowly as is wanted. */
  private void speak(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      for (int i = 0; i < DOCUMENTS; i++) {
        out.write("{\"id\": \"%s\", \"text\": \"text %d\"}\n".formatted(id(i), i).getBytes(UTF_8));
        if (slow && i > AT_ONCE) pause(out);
      }
    }
  }

  private static void pause(OutputStream out) throws IOException {
    out.flush();
    try {
      Thread.sleep(PAUSE_MILLIS); // Not to wait for anything: it is a slow server.
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String id(int number) {
    return "d%06d".formatted(number);
  }

  private List<String> ids() {
    List<String> ids = new ArrayList<>();
    kafka.scan(topics.raw(), record -> ids.add(record.key()));
    return ids.stream().sorted().toList();
  }

  /** How many records readers of committed ones are kept from. */
  private long hidden() throws Exception {
    return end(IsolationLevel.READ_UNCOMMITTED) - end(IsolationLevel.READ_COMMITTED);
  }

  private long end(IsolationLevel isolation) throws Exception {
    try (Consumer<?, ?> reader = kafka.reader(topics.raw());
        Admin admin = kafka.admin()) {
      Map<TopicPartition, OffsetSpec> latest =
          KafkaConnection.partitions(reader, topics.raw()).stream()
              .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
      return admin
          .listOffsets(latest, new ListOffsetsOptions(isolation))
          .all()
          .get()
          .values()
          .stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    }
  }
}
