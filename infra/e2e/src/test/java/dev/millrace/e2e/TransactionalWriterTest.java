package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TransactionalWriter;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scheduler, the trainer and the evaluator write by. */
@WithKafka
class TransactionalWriterTest {
  private static final int BATCHES = 300;
  private static final int RECORDS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;
  private volatile boolean stopped;
  private final KafkaWait wait = new KafkaWait(() -> stopped);

  /** Away for longer than the client keeps a record, so that transactions are given up. */
  @Test
  void everyBatchIsSeenOnceThoughTheBrokerIsKilledAndAwayForLong() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(directory);
    try {
      KafkaConnection kafka = impatient(broker.bootstrap());
      Topic<String, String> topic = create(kafka, "t.");
      AtomicInteger written = new AtomicInteger();
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(() -> writeAll(kafka, topic, written));
      for (int kill = 1; kill <= 2; kill++) {
        int some = kill * BATCHES / 3;
        Await.until("it writes", PATIENCE, () -> written.get() > some || writing.isDone());
        broker.kill();
        Thread.sleep(4_000); // The absence itself.
        broker = EmbeddedBroker.start(directory);
      }
      writing.get();
      assertEquals(
          IntStream.range(0, BATCHES * RECORDS).mapToObj(Integer::toString).toList(),
          read(kafka, topic));
    } finally {
      broker.close();
    }
  }

  @Test
  void whoIsToldToStopDoesNotWaitForABrokerThatIsAway() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(directory);
    KafkaConnection kafka = impatient(broker.bootstrap());
    Topic<String, String> topic = create(kafka, "t.");
    try (TransactionalWriter writer = open(kafka)) {
      writer.write(batch(topic, 0));
      broker.close();
      stopped = true;
      assertThrows(CancellationException.class, () -> writer.write(batch(topic, 1)));
    }
  }

  @Test
  void theOlderOfTwoLeavesAndWhatItWroteSinceIsNeverSeen(TestKafka shared) throws Exception {
    KafkaConnection kafka = KafkaConnection.to(shared.bootstrap());
    Topic<String, String> topic = create(kafka, shared.freshPrefix());
    try (TransactionalWriter older = open(kafka)) {
      older.write(batch(topic, 0));
      try (TransactionalWriter newer = open(kafka)) {
        ProducerFencedException fenced =
            assertThrows(ProducerFencedException.class, () -> older.write(batch(topic, 7)));
        assertEquals("a newer test has taken over: this one leaves", fenced.getMessage());
        newer.write(batch(topic, 1));
      }
    }
    assertEquals(List.of("0", "1", "2", "3", "4", "5"), read(kafka, topic));
  }

  private void writeAll(KafkaConnection kafka, Topic<String, String> topic, AtomicInteger written) {
    try (TransactionalWriter writer = open(kafka)) {
      for (int i = 0; i < BATCHES; i++) {
        writer.write(batch(topic, i));
        written.incrementAndGet();
      }
    }
  }

  private TransactionalWriter open(KafkaConnection kafka) {
    return TransactionalWriter.open(kafka, "writer", "test", wait);
  }

  private static List<ProducerRecord<byte[], byte[]>> batch(Topic<String, String> topic, int i) {
    return IntStream.range(i * RECORDS, (i + 1) * RECORDS)
        .mapToObj(n -> topic.record("key", Integer.toString(n)))
        .toList();
  }

  private static KafkaConnection impatient(String bootstrap) {
    return new KafkaConnection(
        Map.of(
            "bootstrap.servers", bootstrap,
            "max.block.ms", "1000",
            "request.timeout.ms", "1000",
            "delivery.timeout.ms", "2000"));
  }

  private static Topic<String, String> create(KafkaConnection kafka, String prefix)
      throws Exception {
    Topic<String, String> topic = new Topics(prefix).evaluationsJson();
    try (Admin admin = kafka.admin()) {
      admin.createTopics(List.of(new NewTopic(topic.name(), 1, (short) 1))).all().get();
      KafkaConnection.awaitLeaders(admin, List.of(topic.name()));
    }
    return topic;
  }

  private static List<String> read(KafkaConnection kafka, Topic<String, String> topic) {
    List<String> values = new ArrayList<>();
    kafka.scan(topic, record -> values.add(record.value()));
    return values;
  }
}
