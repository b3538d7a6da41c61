package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.Topology;

/** {@code dedup.signatures} to {@code dedup.verdicts}: one task, one total order. */
final class IndexStage {
  static final String NODE = "index";

  private final Topics topics;
  private final IndexStoreBuilder store;

  IndexStage(Topics topics, DedupConfig config) {
    this.topics = topics;
    store = new IndexStoreBuilder(config);
  }

  void addTo(Topology topology) {
    Source.add(topology, "read-signatures", topics.signatures());
    topology.addProcessor(NODE, IndexProcessor::new, "read-signatures");
    topology.addStateStore(store, NODE);
    Topic<byte[], DedupVerdict> verdicts = topics.verdicts();
    topology.<byte[], DedupVerdict>addSink(
        "write-verdicts",
        verdicts.name(),
        verdicts.keys().serializer(),
        verdicts.values().serializer(),
        (topic, key, verdict, partitions) ->
            Optional.of(Set.of(verdict.candidate().partition())), // Home, where the text is.
        NODE);
  }

  /** Kept documents in the index that this instance holds, active or standby. */
  long documents() {
    return store.latest().documents();
  }

  /** Memory taken by it. */
  long bytes() {
    return store.latest().bytes();
  }
}
