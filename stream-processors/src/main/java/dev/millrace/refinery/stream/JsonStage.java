package dev.millrace.refinery.stream;

import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;

/** {@code documents.raw.json} to {@code documents.raw}, in the partition of the same number. */
final class JsonStage {
  static final String NODE = "json";

  private final Topics topics;
  private final HomeSink<String, RawDocument> raw;

  JsonStage(Topics topics) {
    this.topics = topics;
    raw = new HomeSink<>("write-raw", topics.raw());
  }

  void addTo(Topology topology) {
    Topic<byte[], byte[]> json = topics.rawJson();
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    Source.add(topology, "read-raw-json", json.name(), bytes, bytes);
    topology.addProcessor(NODE, () -> new JsonProcessor(topics), "read-raw-json");
    raw.addTo(topology, NODE);
  }
}
