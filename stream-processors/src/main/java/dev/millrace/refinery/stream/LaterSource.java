package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A source that the first version had not: a prefix older than it has no position in it and must
 * get one, once. That it has begun is recorded beside the settings in the transaction that sets its
 * positions to the beginning, so that a position that is gone afterwards is known to be lost.
 *
 * @param topic the source
 */
record LaterSource(KafkaConnection connection, Topics topics, Topic<?, ?> topic) {
  private static final String KEY = "begun";

  /** Begins, unless the prefix has begun before. */
  void begin(Admin admin, Collection<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    while (!hasBegun()) {
      try {
        tryToBegin(beginnings(admin, partitions));
      } catch (KafkaException e) {
        if (!KafkaConnection.isFenced(e)) throw e; // Another instance begins: see what it did.
      }
    }
  }

  private boolean hasBegun() {
    List<String> begun = new ArrayList<>();
    connection.scan(
        topics.refinerySettings(),
        record -> {
          if (KEY.equals(record.key())) begun.add(record.value());
        });
    return begun.contains(topic.name());
  }

  private void tryToBegin(Map<TopicPartition, OffsetAndMetadata> beginnings) {
    try (Producer<byte[], byte[]> producer =
            connection.transactionalProducer(topic.name() + "-" + KEY);
        Consumer<?, ?> group = group()) {
      producer.initTransactions(); // From here on nobody else can: whoever tried before is fenced.
      if (hasBegun()) return;
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(beginnings, group.groupMetadata());
      Future<?> unused = producer.send(topics.refinerySettings().record(KEY, topic.name()));
      producer.commitTransaction();
    }
  }

  /** The group without being a member of it: its members may be at work, or not gone for good. */
  private Consumer<?, ?> group() {
    Map<String, Object> config = new HashMap<>(connection.properties());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, RefineryTopology.applicationId(topics));
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Map<TopicPartition, OffsetAndMetadata> beginnings(
      Admin admin, Collection<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
    admin
        .listOffsets(
            partitions.stream()
                .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.earliest())))
        .all()
        .get()
        .forEach((p, found) -> beginnings.put(p, new OffsetAndMetadata(found.offset())));
    return beginnings;
  }
}
