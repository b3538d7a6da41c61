package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;

/** {@code documents.candidates} to {@code dedup.signatures}. */
final class SignStage {
  static final String NODE = "sign";

  private final Topics topics;
  private final DedupConfig config;

  SignStage(Topics topics, DedupConfig config) {
    this.topics = topics;
    this.config = config;
  }

  void addTo(Topology topology) {
    Topic<String, RefinedDocument> candidates = topics.candidates();
    Source.add(
        topology,
        "read-candidates",
        candidates.name(),
        candidates.keys().deserializer(),
        new ByteArrayDeserializer());
    topology.addProcessor(NODE, () -> new SignProcessor(candidates, config), "read-candidates");
    Topic<byte[], DedupSignature> signatures = topics.signatures();
    topology.<byte[], DedupSignature>addSink(
        "write-signatures",
        signatures.name(),
        signatures.keys().serializer(),
        signatures.values().serializer(),
        (topic, key, signature, partitions) -> Optional.of(Set.of(0)), // One log, one order.
        NODE);
  }
}
