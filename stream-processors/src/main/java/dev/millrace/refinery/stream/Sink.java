package dev.millrace.refinery.stream;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.Topic;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** A topic at the end of a stage that writes to several; the stage encodes for it. */
record Sink<K, V>(String node, Topic<K, V> topic) {
  void addTo(Topology topology, String parent) {
    topology.addSink(
        node, topic.name(), new ByteArraySerializer(), new ByteArraySerializer(), parent);
  }

  /** An encoded record about the raw document of this origin; without a value, it is taken back. */
  Record<byte[], byte[]> record(K key, @Nullable V value, Origin origin, long timestamp) {
    return encoded(
        key, topic.values().serializer().serialize(topic.name(), value), origin, timestamp);
  }

  /** The same with a value that is encoded already. */
  Record<byte[], byte[]> encoded(K key, byte @Nullable [] value, Origin origin, long timestamp) {
    RecordHeaders headers = new RecordHeaders();
    origin.writeTo(headers);
    return new Record<>(
        topic.keys().serializer().serialize(topic.name(), key), value, timestamp, headers);
  }
}
