package dev.millrace.evaluator;

import dev.millrace.evaluator.CheckpointFeed.Announced;
import dev.millrace.evaluator.heldout.HeldOutSet;
import dev.millrace.evaluator.metrics.Difference;
import dev.millrace.evaluator.metrics.Perplexity;
import dev.millrace.evaluator.metrics.Sums;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.Comparison;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.SetKind;
import dev.millrace.schemas.checkpoint.ModelSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluations as records of the {@code evaluations} topic. */
final class Results {
  private Results() {}

  /** Of a checkpoint in whose stead a newer one is evaluated. */
  static EvaluationResult passedOver(Announced passed, Announced newest) {
    return empty(passed, EvaluationStatus.PASSED_OVER)
        .setReason("step " + newest.checkpoint().getStep() + " was there and newestOnly is set")
        .build();
  }

  /** Of a checkpoint that is damaged, or does not compute what the trainer computed. */
  static EvaluationResult refused(Announced announced, String reason, double seconds) {
    return empty(announced, EvaluationStatus.REFUSED).setReason(reason).setSeconds(seconds).build();
  }

  /** Of a checkpoint that was evaluated, to be completed. */
  static EvaluationResult.Builder evaluated(Announced announced) {
    return empty(announced, EvaluationStatus.EVALUATED);
  }

  private static EvaluationResult.Builder empty(Announced announced, EvaluationStatus status) {
    CheckpointPublished checkpoint = announced.checkpoint();
    return EvaluationResult.newBuilder()
        .setRun(checkpoint.getRun())
        .setAttempt(checkpoint.getAttempt())
        .setStep(checkpoint.getStep())
        .setTokens(checkpoint.getTokens())
        .setCheckpoint(checkpoint.getUri())
        .setCheckpointOffset(announced.offset())
        .setStatus(status)
        .setObjective(spec(checkpoint).map(LoadedModel::objective).orElse(""))
        .setContextLength(spec(checkpoint).map(ModelSpec::contextLength).orElse(0))
        .setStride(0)
        .setProvider("")
        .setSetId("")
        .setSets(List.of())
        .setSeconds(0)
        .setEvaluatedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  /** Empty where the announcement describes no model that is known here. */
  private static Optional<ModelSpec> spec(CheckpointPublished checkpoint) {
    try {
      return Optional.of(ModelSpec.fromConfigJson(checkpoint.getModelSpec()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What a checkpoint is worth on one set. */
  static SetEvaluation set(
      String name,
      SetKind kind,
      Sums sums,
      Optional<Comparison> previous,
      Optional<Comparison> best,
      boolean regression) {
    Perplexity perplexity = new Perplexity(sums);
    return SetEvaluation.newBuilder()
        .setName(name)
        .setKind(kind)
        .setNll(sums.nll())
        .setNllSquared(sums.nllSquared())
        .setTokens(sums.tokens())
        .setBytes(sums.bytes())
        .setWords(sums.words())
        .setDocuments(sums.documents())
        .setNllPerToken(perplexity.nllPerToken())
        .setNllStandardError(perplexity.nllStandardError())
        .setTokenPerplexity(perplexity.token())
        .setWordPerplexity(perplexity.word())
        .setBytePerplexity(perplexity.oneByte())
        .setBitsPerByte(perplexity.bitsPerByte())
        .setBranchingFactor(perplexity.branchingFactor())
        .setPrevious(previous.orElse(null))
        .setBest(best.orElse(null))
        .setRegression(regression)
        .build();
  }

  /** Against the checkpoint of an earlier step. */
  static Comparison comparison(long step, Difference difference) {
    return new Comparison(step, difference.delta(), difference.low(), difference.high());
  }

  /** Where a held-out set's documents are, by domain. */
  static Map<String, List<LogPosition>> offsets(HeldOutSet set) {
    Map<String, List<LogPosition>> offsets = new HashMap<>();
    set.domains()
        .forEach(
            (domain, members) ->
                offsets.put(
                    domain,
                    members.stream()
                        .map(m -> new LogPosition(m.partition(), m.offset()))
                        .toList()));
    return offsets;
  }
}
