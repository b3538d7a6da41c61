package dev.millrace.refinery.stream;

import dev.millrace.refinery.lines.LineWindows;
import dev.millrace.refinery.lines.SeenLines;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topics;
import java.util.Optional;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** {@code documents.raw} to candidates, dropped documents and dead letters. */
final class RulesStage {
  static final String NODE = "rules";

  private final Topics topics;
  private final Rulebook rules;
  private final Patience patience;
  private final HomeSink<String, RefinedDocument> candidates;
  private final Sink<String, DroppedDocument> dropped;
  private final Sink<byte[], byte[]> deadLetters;

  RulesStage(Topics topics, Rulebook rules, Patience patience) {
    this.topics = topics;
    this.rules = rules;
    this.patience = patience;
    candidates = new HomeSink<>("write-candidates", topics.candidates());
    dropped = new Sink<>("write-dropped-by-rules", topics.dropped());
    deadLetters = new Sink<>("write-dead-letters", topics.deadLetters());
  }

  void addTo(Topology topology) {
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    Source.add(topology, "read-raw", topics.raw().name(), bytes, bytes);
    topology.addProcessor(NODE, () -> new RulesProcessor(this), "read-raw");
    topology.addStateStore(Counts.builder(Counts.RULES), NODE);
    if (rules.lineWindow().isPresent()) topology.addStateStore(SeenLineStore.builder(), NODE);
    candidates.addTo(topology, NODE);
    dropped.addTo(topology, NODE);
    deadLetters.addTo(topology, NODE);
  }

  Topics topics() {
    return topics;
  }

  /** The lines that this task has seen; empty where nobody looks at lines. */
  Optional<LineWindows> windows(ProcessorContext<?, ?> context) {
    return rules
        .lineWindow()
        .map(size -> SeenLineStore.windows(context.getStateStore(SeenLineStore.NAME), size));
  }

  TimeLimit rules(SeenLines seen) {
    return new TimeLimit(() -> rules.rules().apply(seen), patience);
  }

  HomeSink<String, RefinedDocument> candidates() {
    return candidates;
  }

  Sink<String, DroppedDocument> dropped() {
    return dropped;
  }

  Sink<byte[], byte[]> deadLetters() {
    return deadLetters;
  }
}
