package dev.millrace.refinery.stream;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.Topic;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A topic whose records stay in the partition of the raw document that they are about, whatever
 * their key: what happened to a partition of {@code documents.raw} in some order happens there in
 * the same order.
 */
record HomeSink<K, V>(String node, Topic<K, V> topic) {
  /** A key, and the partition that its record goes to. */
  record Home(int partition, byte @Nullable [] key) {}

  void addTo(Topology topology, String parent) {
    topology.<Home, byte[]>addSink(
        node,
        topic.name(),
        (name, home) -> home.key(),
        new ByteArraySerializer(),
        (name, home, value, partitions) -> Optional.of(Set.of(home.partition())),
        parent);
  }

  /** An encoded record about the raw document of this origin; without a value, a retraction. */
  Record<Home, byte[]> record(K key, @Nullable V value, Origin origin, long timestamp) {
    RecordHeaders headers = new RecordHeaders();
    origin.writeTo(headers);
    return new Record<>(
        new Home(origin.partition(), topic.keys().serializer().serialize(topic.name(), key)),
        topic.values().serializer().serialize(topic.name(), value),
        timestamp,
        headers);
  }
}
