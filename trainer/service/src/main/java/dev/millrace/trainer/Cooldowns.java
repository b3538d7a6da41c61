package dev.millrace.trainer;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.Topic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The branches that a run was told to leave room for and that nobody has started yet. A branch has
 * begun when it has announced a checkpoint, which is a copy of the one that it begins from.
 */
final class Cooldowns implements AutoCloseable {
  private final KafkaWait wait;
  private final TopicPartition partition;
  private final Consumer<String, byte[]> checkpoints; // Of all runs; the keys say whose.
  private final Map<String, Long> awaited = new HashMap<>(); // Branch to its first step.
  private final Set<String> names = new HashSet<>(); // Of runs that have begun, and of branches.

  /**
   * @param acknowledged all of the past
   */
  Cooldowns(
      KafkaConnection kafka,
      TrainerRun run,
      List<ControlAcknowledged> acknowledged,
      KafkaWait wait) {
    this.wait = wait;
    Topic<String, CheckpointPublished> topic = run.topics().checkpoints();
    partition = new TopicPartition(topic.name(), 0);
    checkpoints = kafka.reader(topic.withValues(Serdes.ByteArray()));
    checkpoints.assign(List.of(partition));
    checkpoints.seekToBeginning(List.of(partition));
    acknowledged.forEach(this::add);
  }

  /** Takes note of what was said of a command. */
  void add(ControlAcknowledged acknowledged) {
    boolean begins =
        acknowledged.getCommand().getKind() == ControlKind.COOLDOWN
            && acknowledged.getOutcome() == ControlOutcome.APPLIED;
    if (!begins) return;
    awaited.put(acknowledged.getBranch(), acknowledged.getStep());
    names.add(acknowledged.getBranch());
  }

  /** Reads which of them have begun since. */
  void refresh() {
    List<TopicPartition> all = List.of(partition);
    wait.readTo(
        checkpoints,
        wait.until(() -> checkpoints.endOffsets(all)),
        record -> {
          if (record.value() == null) return; // Announces nothing.
          awaited.remove(record.key());
          names.add(record.key());
        });
  }

  /** Whether a run is called that, or one that is to begin. */
  boolean isTaken(String name) {
    refresh();
    return names.contains(name);
  }

  /** The steps whose checkpoints are still to be begun from. */
  Set<Long> steps() {
    return Set.copyOf(awaited.values());
  }

  @Override
  public void close() {
    checkpoints.close();
  }
}
