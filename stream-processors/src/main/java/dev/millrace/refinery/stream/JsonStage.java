package dev.millrace.refinery.stream;

import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/** {@code documents.raw.json} to {@code documents.raw}. */
final class JsonStage {
  static final String NODE = "json";

  private final Topics topics;

  JsonStage(Topics topics) {
    this.topics = topics;
  }

  /**
   * An encoded value for {@code documents.raw}.
   *
   * @param partition of the record that it was, and will be
   */
  record Placed(int partition, byte @Nullable [] value) {}

  void addTo(Topology topology) {
    Topic<byte[], byte[]> json = topics.rawJson();
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    Source.add(topology, "read-raw-json", json.name(), bytes, bytes);
    topology.addProcessor(NODE, () -> new JsonProcessor(topics), "read-raw-json");
    topology.<byte[], Placed>addSink(
        "write-raw",
        topics.raw().name(),
        new ByteArraySerializer(),
        (topic, placed) -> placed.value(),
        (topic, key, placed, partitions) -> Optional.of(Set.of(placed.partition())),
        NODE);
  }
}
