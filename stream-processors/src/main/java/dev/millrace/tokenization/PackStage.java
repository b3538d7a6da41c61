package dev.millrace.tokenization;

import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.tokenizer.Tokenizer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * {@code documents.refined} to {@code sequences.DOMAIN} of one run and dead letters. Each partition
 * of the documents is packed for itself. What was taken back is packed no more.
 *
 * @param contextLength tokens that the run's model is trained on at once
 */
record PackStage(
    Topics topics,
    String run,
    List<String> domains,
    PackingConfig config,
    int contextLength,
    Tokenizer tokenizer,
    MeterRegistry meters) {
  static final String NODE = "pack";
  static final String WRITE_DEAD_LETTERS = "write-dead-letters";

  PackStage {
    domains = List.copyOf(domains);
  }

  Topology topology() {
    Topology topology = new Topology();
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    topology.addSource(
        AutoOffsetReset.none(), "read-refined", bytes, bytes, topics.refined().name());
    topology.addProcessor(NODE, () -> new PackProcessor(this), "read-refined");
    TakenBack.addTo(topology, topics.retracted());
    topology.addStateStore(WaitingPieces.builder(), NODE);
    topology.addStateStore(Counts.builder(), NODE);
    topology.addStateStore(UnigramStore.builder(), NODE);
    topology.addStateStore(PackSettings.builder(), NODE);
    for (String domain : domains) addSink(topology, writeSequences(domain), sequences(domain));
    addSink(topology, WRITE_DEAD_LETTERS, topics.run(run).deadLetters());
    return topology;
  }

  static String writeSequences(String domain) {
    return "write-sequences-" + domain;
  }

  Topic<String, dev.millrace.schemas.TokenSequence> sequences(String domain) {
    return topics.run(run).sequences(domain);
  }

  private static void addSink(Topology topology, String node, Topic<?, ?> topic) {
    ByteArraySerializer bytes = new ByteArraySerializer(); // The processor encodes.
    topology.addSink(node, topic.name(), bytes, bytes, NODE);
  }
}
