package dev.millrace.dashboard;

import dev.millrace.curriculum.Order;
import dev.millrace.curriculum.PhaseConfig;
import dev.millrace.dashboard.lineage.Lineage;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Signal;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.TestKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The topics of a run of its own on the tests' broker. */
final class RunLog {
  static final List<String> DOMAINS = List.of("left", "right");

  static final List<PhaseConfig> PHASES =
      List.of(
          phase(Order.EASY_TO_HARD, Map.of("left", 3.0, "right", 1.0)),
          phase(Order.ARRIVAL, Map.of()));

  private final KafkaConnection kafka;
  private final Topics topics;

  RunLog(TestKafka shared) throws Exception {
    kafka = KafkaConnection.to(shared.bootstrap());
    topics = new Topics(shared.freshPrefix());
    List<Topic<?, ?>> needed =
        Stream.<Topic<?, ?>>concat(
                Stream.of(
                    topics.rawJson(),
                    topics.raw(),
                    topics.dropped(),
                    topics.checkpoints(),
                    topics.evaluations()),
                topics.run(Records.RUN).all(DOMAINS).stream())
            .toList();
    try (Admin admin = kafka.admin()) {
      admin.createTopics(needed.stream().map(RunLog::newTopic).toList()).all().get();
      KafkaConnection.awaitLeaders(admin, needed.stream().map(t -> t.name()).toList());
    }
  }

  private static PhaseConfig phase(Order order, Map<String, Double> mixture) {
    return new PhaseConfig(Optional.of(1L), order, mixture, Signal.UNIGRAM_SURPRISAL, 0.1, 1);
  }

  private static NewTopic newTopic(Topic<?, ?> topic) {
    return new NewTopic(topic.name(), topic.partitions(1), (short) 1).configs(topic.settings());
  }

  KafkaConnection kafka() {
    return kafka;
  }

  Topics topics() {
    return topics;
  }

  Lineage lineage(Path directory) throws IOException {
    return Lineage.open(kafka, topics, Records.RUN, Records.RUN, directory);
  }

  <V> void write(Topic<String, V> topic, String key, V value) {
    write(topic, key, List.of(value));
  }

  <V> void write(Topic<String, V> topic, String key, List<V> values) {
    write(values.stream().map(value -> topic.record(key, value)).toList());
  }

  /** As retention does: what is before an offset is no more. */
  void forget(Topic<?, ?> topic, long before) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic.name(), 0), RecordsToDelete.beforeOffset(before)))
          .all()
          .get();
    }
  }

  void grow(Topic<?, ?> topic, int partitions) throws Exception {
    try (Admin admin = kafka.admin()) {
      admin
          .createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(partitions)))
          .all()
          .get();
      KafkaConnection.awaitLeaders(admin, List.of(topic.name()));
    }
  }

  /** In one transaction. */
  void write(List<ProducerRecord<byte[], byte[]>> records) {
    try (Producer<byte[], byte[]> producer = kafka.transactionalProducer("test")) {
      producer.initTransactions();
      producer.beginTransaction();
      for (ProducerRecord<byte[], byte[]> record : records) {
        var unused = producer.send(record);
      }
      producer.commitTransaction();
    }
  }
}
