package dev.millrace.dashboard;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic that is read to its end again and again.
 *
 * @param <K> its keys
 * @param <V> its values
 */
final class Tail<K, V> implements AutoCloseable {
  /** What a poll returns at most. */
  private static final int STRETCH = 500;

  private final org.apache.kafka.clients.consumer.Consumer<K, V> reader;
  private final Consumer<ConsumerRecord<K, V>> action;
  private final Runnable afterwards;
  private final Map<TopicPartition, Long> ends;

  private Tail(
      org.apache.kafka.clients.consumer.Consumer<K, V> reader,
      Consumer<ConsumerRecord<K, V>> action,
      Runnable afterwards) {
    this.reader = reader;
    this.action = action;
    this.afterwards = afterwards;
    this.ends = reader.endOffsets(reader.assignment());
  }

  /** All that it holds of a key, and what comes. Records without a value are passed over. */
  static <V> Tail<String, V> ofKey(
      KafkaConnection kafka, Topic<String, V> topic, String key, Consumer<V> action) {
    return ofAll(
        kafka,
        topic,
        record -> {
          if (key.equals(record.key()) && record.value() != null) action.accept(record.value());
        });
  }

  /** All that it holds, and what comes. */
  static <K, V> Tail<K, V> ofAll(
      KafkaConnection kafka, Topic<K, V> topic, Consumer<ConsumerRecord<K, V>> action) {
    org.apache.kafka.clients.consumer.Consumer<K, V> reader = kafka.reader(topic);
    Collection<TopicPartition> all = KafkaConnection.partitions(reader, topic);
    reader.assign(all);
    reader.seekToBeginning(all);
    return new Tail<>(reader, action, () -> {});
  }

  /**
   * What comes, and what it holds: all of a short log, of a long one stretches at even distances,
   * so that a past of any length costs the same to read.
   *
   * @param stretches of {@value #STRETCH} records at most, of a log that has more
   * @param topic of one partition
   */
  static <K, V> Tail<K, V> ofStretches(
      int stretches,
      KafkaConnection kafka,
      Topic<K, V> topic,
      Consumer<ConsumerRecord<K, V>> action) {
    org.apache.kafka.clients.consumer.Consumer<K, V> reader = kafka.reader(topic);
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    List<TopicPartition> one = List.of(partition);
    reader.assign(one);
    long begin = reader.beginningOffsets(one).get(partition);
    long end = reader.endOffsets(one).get(partition);
    reader.seek(partition, begin);
    long distance = (end - begin) / stretches;
    if (distance <= STRETCH) return new Tail<>(reader, action, () -> {});
    return new Tail<>(
        reader,
        action,
        () -> {
          long at = reader.position(partition);
          long next = begin + ((at - begin - 1) / distance + 1) * distance;
          if (at < end && next > at) reader.seek(partition, Math.min(next, end));
        });
  }

  /**
   * The newest that it holds, and what comes.
   *
   * @param places of each partition to go back; transactions' marks take places too
   */
  static <V> Tail<String, V> ofTheNewest(
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
        },
        () -> {});
  }

  /**
   * Takes what has come.
   *
   * @return whether anything has
   */
  boolean read() {
    ConsumerRecords<K, V> records = reader.poll(Duration.ZERO);
    records.forEach(action);
    if (!records.isEmpty()) afterwards.run();
    return !records.isEmpty();
  }

  /** Whether all that was there in the beginning has been taken. */
  boolean isReplayed() {
    return ends.entrySet().stream()
        .allMatch(end -> reader.position(end.getKey()) >= end.getValue());
  }

  @Override
  public void close() {
    reader.close();
  }
}
