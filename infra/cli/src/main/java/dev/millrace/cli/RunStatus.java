package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dashboard.Funnel;
import dev.millrace.refinery.stream.RefineryCounts;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.CoolingBranch;
import dev.millrace.schemas.CoolingBranches;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A run at a moment, read from its topics.
 *
 * @param progress the last step, as in {@code training.progress}
 * @param checkpoint the last one announced
 * @param evaluation the last one made
 * @param scheduler where the curriculum is, as in {@code curriculum.state}
 * @param controls what it was told
 * @param branches that it was told to cool down
 */
record RunStatus(
    RefineryCounts funnel,
    Optional<ObjectNode> progress,
    Optional<ObjectNode> checkpoint,
    Optional<ObjectNode> evaluation,
    Optional<ObjectNode> scheduler,
    RunControls controls,
    List<CoolingBranch> branches) {
  private static final int TAIL = 200;
  private static final int BRANCHES_SHOWN = 3;

  /**
   * @param values kept by whoever looks again
   */
  static RunStatus read(
      KafkaConnection kafka, Topics topics, String run, LenientValues<ControlAcknowledged> values) {
    RunControls controls = RunControls.read(kafka, topics.run(run), values);
    return new RunStatus(
        RefineryCounts.read(kafka, topics),
        last(kafka, topics.run(run).progress(), run),
        last(kafka, topics.checkpoints(), run),
        last(kafka, topics.evaluations(), run),
        last(kafka, topics.run(run).curriculumState(), "scheduler"),
        controls,
        branches(kafka, topics, controls));
  }

  /** Every checkpoint is looked at only where there is a branch. */
  private static List<CoolingBranch> branches(
      KafkaConnection kafka, Topics topics, RunControls controls) {
    CoolingBranches branches = new CoolingBranches();
    controls.acknowledged().forEach(branches::add);
    if (!branches.all().isEmpty()) {
      kafka.scan(
          topics.checkpoints(),
          record -> {
            if (record.value() != null) branches.add(record.key(), record.value().getStep());
          });
    }
    return branches.all();
  }

  /** The last few branches, a line each, the newest first. */
  List<String> branchLines() {
    List<String> lines = new ArrayList<>();
    for (int i = branches.size() - 1; i >= 0 && lines.size() < BRANCHES_SHOWN; i--) {
      CoolingBranch branch = branches.get(i);
      lines.add(
          String.format(
              Locale.ROOT,
              "%s, step %,d to %,d: %s",
              branch.name(),
              branch.firstStep(),
              branch.lastStep(),
              branch.state()));
    }
    return lines;
  }

  /** The last record with the key among the last {@value #TAIL} offsets. */
  private static <V extends SpecificRecord> Optional<ObjectNode> last(
      KafkaConnection kafka, Topic<String, V> topic, String key) {
    try (Consumer<String, V> reader = kafka.reader(topic)) {
      TopicPartition partition = new TopicPartition(topic.name(), 0);
      List<TopicPartition> one = List.of(partition);
      if (KafkaConnection.partitions(reader, topic).isEmpty()) return Optional.empty();
      reader.assign(one);
      long end = reader.endOffsets(one).get(partition);
      long begin = reader.beginningOffsets(one).get(partition);
      reader.seek(partition, Math.max(begin, end - TAIL));
      Optional<ConsumerRecord<String, V>> last = Optional.empty();
      while (reader.position(partition) < end) {
        Optional<ConsumerRecord<String, V>> found =
            StreamSupport.stream(reader.poll(Duration.ofMillis(200)).spliterator(), false)
                .filter(r -> key.equals(r.key()) && r.value() != null)
                .max(Comparator.comparingLong(ConsumerRecord::offset));
        if (found.isPresent()) last = found;
      }
      return last.map(r -> RecordJson.of(r.value()));
    }
  }

  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.set("domains", Funnel.json(funnel));
    progress.ifPresent(p -> node.set("progress", p));
    checkpoint.ifPresent(c -> node.set("checkpoint", c));
    evaluation.ifPresent(e -> node.set("evaluation", e));
    node.set("controls", controls.json());
    ArrayNode list = node.putArray("branches");
    for (CoolingBranch branch : branches) {
      ObjectNode one = list.addObject().put("name", branch.name());
      one.put("firstStep", branch.firstStep()).put("lastStep", branch.lastStep());
      branch.saved().ifPresent(step -> one.put("savedStep", step));
      one.put("done", branch.isDone());
    }
    return node;
  }
}
