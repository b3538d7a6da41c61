package dev.millrace.dashboard;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic that is read to its end again and again.
 *
 * @param <V> its values
 */
final class Tail<V> implements AutoCloseable {
  private final org.apache.kafka.clients.consumer.Consumer<String, V> reader;
  private final Consumer<ConsumerRecord<String, V>> action;

  private Tail(
      org.apache.kafka.clients.consumer.Consumer<String, V> reader,
      Consumer<ConsumerRecord<String, V>> action) {
    this.reader = reader;
    this.action = action;
  }

  /** All that it holds of a key, and what comes. Records without a value are passed over. */
  static <V> Tail<V> ofKey(
      KafkaConnection kafka, Topic<String, V> topic, String key, Consumer<V> action) {
    return ofAll(
        kafka,
        topic,
        record -> {
          if (key.equals(record.key()) && record.value() != null) action.accept(record.value());
        });
  }

  /** All that it holds, and what comes. */
  static <V> Tail<V> ofAll(
      KafkaConnection kafka, Topic<String, V> topic, Consumer<ConsumerRecord<String, V>> action) {
    org.apache.kafka.clients.consumer.Consumer<String, V> reader = kafka.reader(topic);
    Collection<TopicPartition> all = KafkaConnection.partitions(reader, topic);
    reader.assign(all);
    reader.seekToBeginning(all);
    return new Tail<>(reader, action);
  }

  /**
   * The newest that it holds, and what comes.
   *
   * @param places of each partition to go back; transactions' marks take places too
   */
  static <V> Tail<V> ofTheNewest(
      int places, KafkaConnection kafka, Topic<String, V> topic, Consumer<V> action) {
    org.apache.kafka.clients.consumer.Consumer<String, V> reader = kafka.reader(topic);
    Collection<TopicPartition> all = KafkaConnection.partitions(reader, topic);
    reader.assign(all);
    Map<TopicPartition, Long> first = reader.beginningOffsets(all);
    reader
        .endOffsets(all)
        .forEach(
            (partition, end) ->
                reader.seek(partition, Math.max(first.get(partition), end - places)));
    return new Tail<>(
        reader,
        record -> {
          if (record.value() != null) action.accept(record.value());
        });
  }

  /**
   * Takes what has come.
   *
   * @return whether anything has
   */
  boolean read() {
    ConsumerRecords<String, V> records = reader.poll(Duration.ZERO);
    records.forEach(action);
    return !records.isEmpty();
  }

  @Override
  public void close() {
    reader.close();
  }
}
