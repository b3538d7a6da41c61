package dev.millrace.trainer;

import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.SetKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** What the evaluator has said about a run's checkpoints so far. */
final class Evaluations implements AutoCloseable {
  private final KafkaWait wait;
  private final String run;
  private final TopicPartition partition;
  private final Consumer<String, EvaluationResult> consumer;
  private final Set<String> evaluated = new HashSet<>();
  private final Map<String, Double> nllPerToken = new HashMap<>(); // Of one held-out set.
  private String measure = ""; // That set, stride and definition.

  Evaluations(KafkaConnection kafka, TrainerRun run, KafkaWait wait) {
    this.wait = wait;
    this.run = run.name();
    this.partition = new TopicPartition(run.topics().evaluations().name(), 0);
    this.consumer = kafka.reader(run.topics().evaluations());
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /** Reads what is new. */
  void refresh() {
    List<TopicPartition> all = List.of(partition);
    wait.readTo(
        consumer,
        wait.until(() -> consumer.endOffsets(all)),
        record -> {
          EvaluationResult result = record.value(); // Anybody's record may have none.
          if (result != null && run.equals(record.key())) add(result);
        });
  }

  private void add(EvaluationResult result) {
    String name = Retention.name(result.getStep(), result.getAttempt());
    evaluated.add(name);
    if (result.getStatus() != EvaluationStatus.EVALUATED) return;
    String comparable =
        result.getSetId() + " by " + result.getStride() + ": " + result.getDefinition();
    if (!comparable.equals(measure)) {
      measure = comparable;
      nllPerToken.clear(); // Comparable within one measure only.
    }
    heldOut(result).ifPresent(nll -> nllPerToken.put(name, nll));
  }

  private static Optional<Double> heldOut(EvaluationResult result) {
    List<SetEvaluation> sets =
        result.getSets().stream().filter(set -> set.getKind() == SetKind.HELD_OUT).toList();
    long tokens = sets.stream().mapToLong(SetEvaluation::getTokens).sum();
    double nll = sets.stream().mapToDouble(SetEvaluation::getNll).sum();
    return tokens == 0 ? Optional.empty() : Optional.of(nll / tokens);
  }

  /** Names of checkpoints that have a result, be it that they were refused or passed over. */
  Set<String> evaluated() {
    return Set.copyOf(evaluated);
  }

  /** The name of the one with the least nats per token over all held-out sets. */
  Optional<String> best() {
    return nllPerToken.entrySet().stream().min(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
