package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Retraction;
import dev.millrace.schemas.Topics;
import java.util.function.Predicate;
import org.apache.kafka.streams.Topology;

/** {@code dedup.verdicts} to refined, held-out, dropped and retracted documents. */
final class ReleaseStage {
  static final String NODE = "release";

  private final Topics topics;
  private final DedupConfig config;
  private final Predicate<RefinedDocument> heldOut;
  private final CandidateLog.Opener candidates;
  private final Sink<String, RefinedDocument> refinedSink;
  private final Sink<String, RefinedDocument> heldOutSink;
  private final Sink<String, DroppedDocument> droppedSink;
  private final Sink<String, Retraction> retractedSink;

  /**
   * The stage.
   *
   * @param heldOut the split; pure
   */
  ReleaseStage(
      Topics topics,
      DedupConfig config,
      Predicate<RefinedDocument> heldOut,
      CandidateLog.Opener candidates) {
    this.topics = topics;
    this.config = config;
    this.heldOut = heldOut;
    this.candidates = candidates;
    refinedSink = new Sink<>("write-refined", topics.refined());
    heldOutSink = new Sink<>("write-held-out", topics.heldOut());
    droppedSink = new Sink<>("write-dropped-by-dedup", topics.dropped());
    retractedSink = new Sink<>("write-retracted", topics.retracted());
  }

  void addTo(Topology topology) {
    Source.add(topology, "read-verdicts", topics.verdicts());
    topology.addProcessor(NODE, () -> new ReleaseProcessor(this), "read-verdicts");
    topology.addStateStore(Counts.builder(Counts.RELEASE), NODE);
    refinedSink.addTo(topology, NODE);
    heldOutSink.addTo(topology, NODE);
    droppedSink.addTo(topology, NODE);
    retractedSink.addTo(topology, NODE);
  }

  DedupConfig config() {
    return config;
  }

  boolean isHeldOut(RefinedDocument document) {
    return heldOut.test(document);
  }

  CandidateLog candidates(int partition) {
    return candidates.open(partition);
  }

  Sink<String, RefinedDocument> refinedSink() {
    return refinedSink;
  }

  Sink<String, RefinedDocument> heldOutSink() {
    return heldOutSink;
  }

  Sink<String, DroppedDocument> droppedSink() {
    return droppedSink;
  }

  Sink<String, Retraction> retractedSink() {
    return retractedSink;
  }
}
