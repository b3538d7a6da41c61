package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;

/**
 * How far the refinery of a topic prefix is, seen from outside: by its group's committed positions.
 * Not for use by two threads at once.
 */
public final class RefineryProgress implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final String group;
  private final List<Topic<?, ?>> stages;
  private final Admin admin;
  private final Consumer<byte[], byte[]> reader;

  public RefineryProgress(KafkaConnection connection, Topics topics) {
    group = RefineryTopology.applicationId(topics);
    stages = List.of(topics.raw(), topics.candidates(), topics.signatures(), topics.verdicts());
    admin = connection.admin();
    reader = connection.reader(bytes());
  }

  private static Topic<byte[], byte[]> bytes() {
    return new Topic<>("any", Serdes.ByteArray(), Serdes.ByteArray(), Topic.SHARED, Map.of());
  }

  /**
   * Whether every raw record that was committed before this call has found its end.
   *
   * @throws KafkaException where Kafka does not answer
   */
  public boolean caughtUp() {
    // In the order of the flow: what a stage has committed is in the next one's topic.
    for (Topic<?, ?> stage : stages) {
      if (anyRecordLeft(stage)) return false;
    }
    return true;
  }

  private boolean anyRecordLeft(Topic<?, ?> stage) {
    List<TopicPartition> partitions = KafkaConnection.partitions(reader, stage);
    Map<TopicPartition, OffsetAndMetadata> committed = committed();
    Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
    Map<TopicPartition, Long> behind = new HashMap<>(reader.beginningOffsets(partitions));
    behind.replaceAll(
        (partition, beginning) ->
            committed.containsKey(partition) ? committed.get(partition).offset() : beginning);
    behind.entrySet().removeIf(position -> position.getValue() >= ends.get(position.getKey()));
    return anyRecord(behind, ends);
  }

  /** Between a position and the end there may be nothing but markers of transactions. */
  private boolean anyRecord(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends) {
    if (from.isEmpty()) return false;
    reader.assign(from.keySet());
    from.forEach(reader::seek);
    while (from.keySet().stream().anyMatch(p -> reader.position(p) < ends.get(p))) {
      if (!reader.poll(POLL).isEmpty()) return true;
    }
    return false;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() {
    try {
      return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking for the positions of " + group, e);
    } catch (ExecutionException e) {
      throw new KafkaException(
          "no positions of group " + group + ": " + e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }
}
