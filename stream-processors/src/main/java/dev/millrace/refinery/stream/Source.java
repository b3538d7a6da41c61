package dev.millrace.refinery.stream;

import dev.millrace.schemas.Topic;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/** The one reader of a topic. It never jumps: a position that is gone is an error. */
final class Source {
  private Source() {}

  static <K, V> void add(Topology topology, String node, Topic<K, V> topic) {
    add(topology, node, topic.name(), topic.keys().deserializer(), topic.values().deserializer());
  }

  static <K, V> void add(
      Topology topology, String node, String topic, Deserializer<K> keys, Deserializer<V> values) {
    topology.addSource(AutoOffsetReset.none(), node, keys, values, topic);
  }
}
