package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic prefix of a test's own. */
final class TestLog {
  static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaConnection connection;
  private final Topics topics;

  private TestLog(KafkaConnection connection, Topics topics) {
    this.connection = connection;
    this.topics = topics;
  }

  static TestLog create(TestKafka kafka) throws Exception {
    return create(kafka.bootstrap());
  }

  static TestLog create(String bootstrap) throws Exception {
    return create(bootstrap, name -> true);
  }

  /** With those of the topics whose names are wanted. */
  static TestLog create(String bootstrap, Predicate<String> wanted) throws Exception {
    TestLog log =
        new TestLog(
            KafkaConnection.to(bootstrap),
            new Topics("t" + UUID.randomUUID().toString().substring(0, 8) + "."));
    List<NewTopic> all = new ArrayList<>();
    for (Topic<?, ?> topic : log.topics.all()) {
      if (!wanted.test(topic.name())) continue;
      all.add(
          new NewTopic(topic.name(), topic.partitions(PARTITIONS), (short) 1)
              .configs(topic.settings()));
    }
    try (Admin admin = log.connection.admin()) {
      admin.createTopics(all).all().get();
      KafkaConnection.awaitLeaders(admin, all.stream().map(NewTopic::name).toList());
    }
    return log;
  }

  KafkaConnection connection() {
    return connection;
  }

  Topics topics() {
    return topics;
  }

  ProducerRecord<byte[], byte[]> raw(int partition, RawDocument document) {
    return topics.raw().record(partition, document.getId(), document);
  }

  /** Sends in this order and waits until all are there. */
  void push(List<ProducerRecord<byte[], byte[]>> records)
      throws InterruptedException, ExecutionException {
    Map<String, Object> config = new HashMap<>(connection.properties());
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.RECORD_BYTES_MAX);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * Topics.RECORD_BYTES_MAX);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    // A leader that just begins may refuse a producer's first batch and take its second.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> record : records) sent.add(producer.send(record));
      for (Future<?> one : sent) one.get();
    }
  }

  /** Waits until the refinery has decided everything that was pushed. */
  void awaitCaughtUp() {
    try (RefineryProgress progress = new RefineryProgress(connection, topics)) {
      Await.until("the refinery has caught up", PATIENCE, progress::caughtUp);
    }
  }

  /** What was pushed and not read, as it is seen from outside. */
  long unread() {
    try (RefineryProgress progress = new RefineryProgress(connection, topics)) {
      return progress.unread();
    }
  }

  /**
   * Every committed record of a topic, by plain clients and nothing of ours: a partition is read
   * until its end of committed records.
   */
  List<ConsumerRecord<byte[], byte[]>> scan(Topic<?, ?> topic) {
    Map<String, Object> config = new HashMap<>(connection.properties());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10); // It leaves when the last has come.
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  <V> V decode(Topic<?, V> topic, ConsumerRecord<byte[], byte[]> record) {
    return topic.values().deserializer().deserialize(topic.name(), record.value());
  }
}
