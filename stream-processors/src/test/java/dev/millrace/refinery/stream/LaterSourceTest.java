package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.Topic;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A prefix that was started before there was {@code documents.raw.json}. */
@WithKafka
class LaterSourceTest {
  private static final RefinerySettings SETTINGS =
      RefinerySettings.of(Map.of("dedup", RefineryMain.DEDUP));

  private final TestKafka kafka;
  private TestLog log;
  private List<TopicPartition> json;

  LaterSourceTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void beginAsTheFirstVersionDid() throws Exception {
    log = TestLog.create(kafka);
    json = partitions(log.topics().rawJson(), TestLog.PARTITIONS).toList();
    Map<TopicPartition, OffsetAndMetadata> positions =
        Stream.of(
                partitions(log.topics().raw(), TestLog.PARTITIONS),
                partitions(log.topics().candidates(), TestLog.PARTITIONS),
                partitions(log.topics().verdicts(), TestLog.PARTITIONS),
                partitions(log.topics().signatures(), 1))
            .flatMap(p -> p)
            .collect(Collectors.toMap(p -> p, p -> new OffsetAndMetadata(0)));
    try (Admin admin = log.connection().admin()) {
      admin.alterConsumerGroupOffsets(group(), positions).all().get();
    }
    SETTINGS.record(log.connection(), log.topics());
  }

  private static Stream<TopicPartition> partitions(Topic<?, ?> topic, int count) {
    return IntStream.range(0, count).mapToObj(p -> new TopicPartition(topic.name(), p));
  }

  @Test
  void itBeginsOnceAtTheBeginning() throws Exception {
    log.push(List.of(new ProducerRecord<>(json.get(0).topic(), 0, null, new byte[1])));
    start();
    assertEquals(Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L), positions());
    move(7);
    start();
    assertEquals(Map.of(0, 7L, 1, 7L, 2, 7L, 3, 7L), positions());
  }

  @Test
  void itBeginsWhereTheGroupStillHasMembers() throws Exception {
    try (KafkaConsumer<byte[], byte[]> member =
        group(Map.of(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "static"))) {
      member.subscribe(List.of(log.topics().raw().name()));
      while (member.assignment().isEmpty()) member.poll(Duration.ofMillis(100));
      start();
    }
    assertEquals(Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L), positions());
  }

  @Test
  void aPositionThatItLostLaterIsAnError() throws Exception {
    start();
    try (Admin admin = log.connection().admin()) {
      admin.deleteConsumerGroupOffsets(group(), Set.of(json.get(0))).all().get();
    }
    String message = assertThrows(IllegalStateException.class, this::start).getMessage();
    assertTrue(message.startsWith("group " + group() + " has lost its position in"), message);
    assertTrue(message.contains("[" + json.get(0) + "]"), message);
  }

  /**
   * As of an instance that was killed: its transaction ends when its successor or Kafka ends it.
   */
  @Test
  void aPositionThatIsBeingCommittedAgainIsNotLost() throws Exception {
    start();
    while (json.size() > positions().size()) Thread.sleep(20);
    try (Producer<byte[], byte[]> killed = committing(json.get(1), 5)) {
      start();
      killed.abortTransaction();
    }
    assertEquals(Map.of(0, 0L, 1, 0L, 2, 0L, 3, 0L), positions());
  }

  @Test
  void thePositionThatIsBeingCommittedFirstIsWaitedFor() throws Exception {
    start();
    try (Admin admin = log.connection().admin()) {
      admin.deleteConsumerGroupOffsets(group(), Set.of(json.get(1))).all().get();
    }
    CompletableFuture<Void> second;
    try (Producer<byte[], byte[]> first = committing(json.get(1), 5)) {
      second = CompletableFuture.runAsync(this::startUnchecked);
      Thread.sleep(2_000); // A start takes less.
      assertFalse(second.isDone(), "it waits");
      first.commitTransaction();
    }
    second.get();
    assertEquals(Map.of(0, 0L, 1, 5L, 2, 0L, 3, 0L), positions());
  }

  /** In a transaction that is open. */
  private Producer<byte[], byte[]> committing(TopicPartition partition, long offset) {
    Producer<byte[], byte[]> producer = log.connection().transactionalProducer("committing");
    try (KafkaConsumer<byte[], byte[]> group = group(Map.of())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(partition, new OffsetAndMetadata(offset)), group.groupMetadata());
      producer.flush();
      return producer;
    }
  }

  @Test
  void severalInstancesBeginItOnce() throws Exception {
    List<CompletableFuture<Void>> starts =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.runAsync(this::startUnchecked))
            .toList();
    for (CompletableFuture<Void> one : starts) one.get();
    long begun =
        log.scan(log.topics().refinerySettings()).stream()
            .filter(r -> new String(r.key(), StandardCharsets.UTF_8).equals("begun"))
            .count();
    assertEquals(1, begun);
  }

  private void startUnchecked() {
    try {
      start();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void start() throws InterruptedException {
    new StartCheck(log.connection(), log.topics(), SETTINGS).run();
  }

  private void move(long offset) throws Exception {
    try (Admin admin = log.connection().admin()) {
      admin
          .alterConsumerGroupOffsets(
              group(),
              json.stream().collect(Collectors.toMap(p -> p, p -> new OffsetAndMetadata(offset))))
          .all()
          .get();
    }
  }

  private Map<Integer, Long> positions() throws Exception {
    Map<Integer, Long> positions = new TreeMap<>();
    try (Admin admin = log.connection().admin()) {
      admin
          .listConsumerGroupOffsets(group())
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, position) -> {
                if (json.contains(partition))
                  positions.put(partition.partition(), position.offset());
              });
    }
    return positions;
  }

  private KafkaConsumer<byte[], byte[]> group(Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(log.connection().properties());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group());
    config.putAll(more);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private String group() {
    return RefineryTopology.applicationId(log.topics());
  }
}
