package dev.millrace.dashboard.lineage;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks up records of a topic of one partition. It connects once, when it is first asked, and keeps
 * what it polled last: neighbours are not fetched one by one.
 */
final class TopicReader<K, V> implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConnection kafka;
  private final Topic<K, V> topic;
  private final TopicPartition partition;
  private Optional<Consumer<K, V>> consumer = Optional.empty();

  /** All records from {@link #from} to the consumer's position. */
  private final TreeMap<Long, ConsumerRecord<K, V>> polled = new TreeMap<>();

  private long from;
  private long end;

  TopicReader(KafkaConnection kafka, Topic<K, V> topic) {
    this.kafka = kafka;
    this.topic = topic;
    partition = new TopicPartition(topic.name(), 0);
  }

  ConsumerRecord<K, V> at(long offset) {
    return next(offset)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "nothing at offset %d of %s".formatted(offset, partition)));
  }

  /** The first record at an offset or behind it. */
  Optional<ConsumerRecord<K, V>> next(long offset) {
    Consumer<K, V> reader = consumer();
    if (offset < from || offset > reader.position(partition)) {
      reader.seek(partition, offset);
      from = offset;
      polled.clear();
    }
    while (polled.ceilingKey(offset) == null && !isAtEnd(reader)) {
      from = reader.position(partition);
      polled.clear();
      for (ConsumerRecord<K, V> record : reader.poll(POLL)) polled.put(record.offset(), record);
    }
    return Optional.ofNullable(polled.ceilingEntry(offset)).map(Map.Entry::getValue);
  }

  private Consumer<K, V> consumer() {
    if (consumer.isEmpty()) {
      Consumer<K, V> opened = kafka.reader(topic);
      consumer = Optional.of(opened);
      opened.assign(List.of(partition));
      opened.seek(partition, from);
    }
    return consumer.get();
  }

  private boolean isAtEnd(Consumer<K, V> reader) {
    if (reader.position(partition) >= end) {
      end = reader.endOffsets(List.of(partition)).get(partition);
    }
    return reader.position(partition) >= end;
  }

  @Override
  public void close() {
    consumer.ifPresent(Consumer::close);
  }
}
