package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.tokenization.PackingCounts;
import java.util.Map;
import java.util.Optional;

/**
 * What waits before each service.
 *
 * @param refinery documents without a verdict
 * @param tokenization refined documents of the run's domains that were not read yet
 * @param curriculum sequences that are not released
 * @param trainer sequences that are released and not trained on
 * @param evaluator steps between the last checkpoint and the last evaluation
 */
record Lag(long refinery, long tokenization, long curriculum, long trainer, long evaluator) {

  static Lag read(KafkaConnection kafka, RunContext run, RunStatus status)
      throws InterruptedException {
    Map<String, PackingCounts> packing =
        PackingCounts.committed(kafka, run.prefix(), run.settings().name());
    long refined =
        status.funnel().domains().entrySet().stream()
            .filter(domain -> run.settings().domains().contains(domain.getKey()))
            .mapToLong(domain -> domain.getValue().refined())
            .sum();
    long read = packing.values().stream().mapToLong(PackingCounts::documents).sum();
    long packed = packing.values().stream().mapToLong(PackingCounts::sequences).sum();
    long released = number(status.scheduler(), "ordinal");
    return new Lag(
        status.funnel().total().inFlight(),
        Math.max(0, refined - read),
        Math.max(0, packed - released),
        Math.max(0, released - number(status.progress(), "nextOrdinal")),
        Math.max(0, number(status.checkpoint(), "step") - number(status.evaluation(), "step")));
  }

  private static long number(Optional<ObjectNode> record, String field) {
    return record.map(node -> node.path(field).asLong()).orElse(0L);
  }
}
