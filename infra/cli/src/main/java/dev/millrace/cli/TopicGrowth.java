package dev.millrace.cli;

import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which topics may get more partitions while they hold records: those that are written and never
 * read for their places or their order. Why the others may not is said to whoever asks for it; the
 * long form is in {@code infra/decisions/partitions.md}.
 *
 * @param growing names of the topics that may
 * @param reasons why another may not, by its name
 */
record TopicGrowth(Set<String> growing, Map<String, String> reasons) {
  TopicGrowth {
    growing = Set.copyOf(growing);
    reasons = Map.copyOf(reasons);
  }

  static TopicGrowth of(Topics topics, Topics.Run run, List<String> domains) {
    Map<Topic<?, ?>, String> why = new HashMap<>();
    why.put(
        topics.ingestProgress(),
        "marks of one input would lie in two partitions, and an old one pushes documents twice");
    why.put(
        topics.raw(),
        "documents are known by their partition of it, and the refinery's stores belong to these");
    why.put(topics.rawJson(), "its partitions are those of documents.raw");
    why.put(topics.candidates(), "its partitions are those of documents.raw");
    why.put(topics.verdicts(), "its partitions are those of documents.candidates");
    why.put(topics.signatures(), "the offset in its one partition decides which copy is kept");
    why.put(
        topics.refined(),
        "tokenization's stores belong to its partitions, and what takes a document back follows it"
            + " in its own");
    why.put(
        topics.heldOut(),
        "the first documents of its partitions make the held-out set, and a later one would be"
            + " another");
    why.put(
        topics.retracted(),
        "services that run would not see what is taken back in a new partition");
    why.put(topics.refinerySettings(), "the first record of its one partition counts");
    why.put(topics.checkpoints(), "evaluations continue at an offset of its one partition");
    why.put(topics.evaluations(), "lineage names evaluations by the offset in its one partition");
    why.put(topics.evaluationsJson(), "its one partition has the evaluations in their order");
    for (String domain : domains) {
      why.put(run.sequences(domain), "the curriculum continues at an offset of its one partition");
    }
    why.put(run.curriculum(), "its one partition is the training order");
    why.put(run.curriculumState(), "the last record of its one partition counts");
    why.put(run.progress(), "its one partition has the steps in their order");
    why.put(run.control(), "commands are obeyed in the order of its one partition");
    why.put(run.controlAcknowledged(), "answers are read in the order of its one partition");
    Map<String, String> reasons = new HashMap<>();
    why.forEach((topic, reason) -> reasons.put(topic.name(), reason));
    return new TopicGrowth(
        Set.of(topics.dropped().name(), topics.deadLetters().name(), run.deadLetters().name()),
        reasons);
  }

  /** Nothing where a topic may get more partitions, else why it may not. */
  Optional<String> refusal(Topic<?, ?> topic) {
    if (growing.contains(topic.name())) return Optional.empty();
    String reason = reasons.get(topic.name());
    if (reason == null) throw new IllegalStateException("no rule for " + topic.name());
    return Optional.of(reason);
  }
}
