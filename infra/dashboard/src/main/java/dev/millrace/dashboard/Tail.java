package dev.millrace.dashboard;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic that is read to its end again and again, with the partitions that it grows by. Kafka is
 * asked nothing before the first {@link #read}.
 *
 * @param <K> its keys
 * @param <V> its values
 */
final class Tail<K, V> implements AutoCloseable {
  /** What a poll returns at most. */
  private static final int STRETCH = 500;

  private static final long ALL = Long.MAX_VALUE;

  private final Topic<K, V> topic;
  private final org.apache.kafka.clients.consumer.Consumer<K, V> reader;
  private final Consumer<ConsumerRecord<K, V>> action;
  private final long places;
  private final long stretches;
  private final Map<TopicPartition, Past> pasts = new HashMap<>();

  /** What a partition held when it was found, from offset to offset. */
  private record Past(long begin, long end) {
    /** Going back so many places at most. */
    Past newest(long places) {
      return new Past(Math.max(begin, end - places), end);
    }

    /** Where to go on of stretches at even distances, at the end of one or after it. */
    long next(long at, long stretches) {
      long distance = (end - begin) / stretches;
      if (distance <= STRETCH || at >= end) return at;
      long next = begin + ((at - begin - 1) / distance + 1) * distance;
      return Math.min(next, end);
    }
  }

  private Tail(
      KafkaConnection kafka,
      Topic<K, V> topic,
      long places,
      long stretches,
      Consumer<ConsumerRecord<K, V>> action) {
    this.topic = topic;
    this.places = places;
    this.stretches = stretches;
    this.action = action;
    this.reader = kafka.reader(topic);
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
    return new Tail<>(kafka, topic, ALL, ALL, action);
  }

  /**
   * What comes, and what it holds: all of a short log, of a long one stretches at even distances,
   * so that a past of any length costs the same to read.
   *
   * @param stretches of {@value #STRETCH} records at most, of each partition that has more
   */
  static <K, V> Tail<K, V> ofStretches(
      int stretches,
      KafkaConnection kafka,
      Topic<K, V> topic,
      Consumer<ConsumerRecord<K, V>> action) {
    return new Tail<>(kafka, topic, ALL, stretches, action);
  }

  /**
   * The newest that it holds, and what comes.
   *
   * @param places of each partition to go back; transactions' marks take places too
   */
  static <V> Tail<String, V> ofTheNewest(
      int places, KafkaConnection kafka, Topic<String, V> topic, Consumer<V> action) {
    return new Tail<>(
        kafka,
        topic,
        places,
        ALL,
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
    assign();
    ConsumerRecords<K, V> records = reader.poll(Duration.ZERO);
    records.forEach(action);
    for (TopicPartition partition : records.partitions()) {
      long at = reader.position(partition);
      long next = pasts.get(partition).next(at, stretches);
      if (next > at) reader.seek(partition, next);
    }
    return !records.isEmpty();
  }

  /**
   * The client knows the partitions that there are, and asks now and then whether there are more.
   */
  private void assign() {
    List<TopicPartition> all = KafkaConnection.partitions(reader, topic);
    if (all.size() == pasts.size()) return;
    List<TopicPartition> found = all.stream().filter(p -> !pasts.containsKey(p)).toList();
    reader.assign(all); // Those that it had keep their places.
    Map<TopicPartition, Long> begins = reader.beginningOffsets(found);
    Map<TopicPartition, Long> ends = reader.endOffsets(found);
    for (TopicPartition partition : found) {
      Past past = new Past(begins.get(partition), ends.get(partition)).newest(places);
      reader.seek(partition, past.begin());
      pasts.put(partition, past);
    }
  }

  /** Whether all that was there when it was found has been taken. */
  boolean isReplayed() {
    return !pasts.isEmpty()
        && pasts.entrySet().stream()
            .allMatch(past -> reader.position(past.getKey()) >= past.getValue().end());
  }

  @Override
  public void close() {
    reader.close();
  }
}
