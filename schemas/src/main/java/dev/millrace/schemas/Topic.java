package dev.millrace.schemas;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * A topic name bound to the only serdes that may read or write it, and to the settings that the
 * laws need.
 *
 * @param partitions 1 where the order of the whole topic matters, else {@link #SHARED}
 * @param settings topic configuration that must hold, as Kafka names it
 */
public record Topic<K, V>(
    String name, Serde<K> keys, Serde<V> values, int partitions, Map<String, String> settings) {
  /** As many partitions as the topic prefix has. */
  public static final int SHARED = 0;

  public Topic {
    if (partitions < SHARED) throw new IllegalArgumentException("partitions of " + name);
    settings = Map.copyOf(settings);
  }

  /** A record of this topic, encoded; the producer chooses the partition by key. */
  public ProducerRecord<byte[], byte[]> record(K key, V value) {
    return new ProducerRecord<>(name, key(key), value(value));
  }

  /** A record of this topic, encoded, for one partition; without a value, a tombstone. */
  public ProducerRecord<byte[], byte[]> record(int partition, @Nullable K key, @Nullable V value) {
    return new ProducerRecord<>(name, partition, key == null ? null : key(key), value(value));
  }

  private byte[] key(K key) {
    return keys.serializer().serialize(name, key);
  }

  private byte[] value(@Nullable V value) {
    return values.serializer().serialize(name, value);
  }

  /** The same topic to those who read or write its values in another form. */
  public <W> Topic<K, W> withValues(Serde<W> others) {
    return new Topic<>(name, keys, others, partitions, settings);
  }

  /** How many partitions it has where the prefix has that many. */
  public int partitions(int shared) {
    return partitions == SHARED ? shared : partitions;
  }
}
