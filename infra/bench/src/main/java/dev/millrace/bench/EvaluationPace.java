package dev.millrace.bench;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether evaluating a checkpoint takes less time than training from one to the next, by the
 * records that a run has left. Arguments: its directory, {@code .millrace/demo} where there is
 * none, whose broker must not be running, and its name, {@code demo}.
 */
final class EvaluationPace {
  private EvaluationPace() {}

  public static void main(String[] arguments) {
    Path directory = Path.of(arguments.length > 0 ? arguments[0] : ".millrace/demo");
    String run = arguments.length > 1 ? arguments[1] : "demo";
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      print(KafkaConnection.to(broker.bootstrap()), new Topics("millrace."), run);
    }
  }

  private static void print(KafkaConnection kafka, Topics topics, String run) {
    Map<String, EvaluationResult> evaluations = new HashMap<>();
    kafka.scan(
        topics.evaluations(),
        record -> {
          boolean evaluated = record.value().getStatus() == EvaluationStatus.EVALUATED;
          if (run.equals(record.key()) && evaluated) {
            evaluations.put(record.value().getCheckpoint(), record.value());
          }
        });
    List<CheckpointPublished> checkpoints = new ArrayList<>();
    kafka.scan(
        topics.checkpoints(),
        record -> {
          if (run.equals(record.key())) checkpoints.add(record.value());
        });
    System.out.println("step       trained for    evaluated in   share");
    List<Double> shares = new ArrayList<>();
    for (int i = 1; i < checkpoints.size(); i++) {
      CheckpointPublished checkpoint = checkpoints.get(i);
      EvaluationResult evaluation = evaluations.get(checkpoint.getUri());
      // Between attempts nobody may have trained.
      if (evaluation == null || checkpoint.getAttempt() != checkpoints.get(i - 1).getAttempt()) {
        continue;
      }
      Duration between =
          Duration.between(checkpoints.get(i - 1).getPublishedAt(), checkpoint.getPublishedAt());
      double share = evaluation.getSeconds() / (between.toMillis() / 1e3);
      shares.add(share);
      System.out.printf(
          Locale.ROOT,
          "%-8d %9.1f s %13.1f s %7.2f%n",
          checkpoint.getStep(),
          between.toMillis() / 1e3,
          evaluation.getSeconds(),
          share);
    }
    if (shares.isEmpty()) {
      throw new IllegalStateException("run " + run + " has no two checkpoints with an evaluation");
    }
    System.out.printf(
        Locale.ROOT,
        "Evaluating takes %.2f of the time of training from one checkpoint to the next, at most"
            + " %.2f%n",
        shares.stream().sorted().toList().get(shares.size() / 2),
        shares.stream().mapToDouble(share -> share).max().orElseThrow());
  }
}
