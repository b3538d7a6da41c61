package dev.millrace.dashboard;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.Comparison;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Sample;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.SetKind;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records as the services write them. */
final class Records {
  static final String RUN = "r";

  static {
    new Topics("").evaluations(); // Whoever has a topic has told Avro to trust our records.
  }

  private Records() {}

  static TrainingProgress step(long step, double loss) {
    return TrainingProgress.newBuilder()
        .setRun(RUN)
        .setAttempt(1)
        .setStep(step)
        .setTokens(100 * step)
        .setLoss(loss)
        .setGradientNorm(1)
        .setLearningRate(6e-4)
        .setTokensPerSecond(1_000)
        .setDataWaitSeconds(0)
        .setDomainLoss(Map.of("left", loss, "right", loss / 2))
        .setDomainTokens(Map.of("left", 75L, "right", 25L))
        .setFirstOrdinal(8 * (step - 1))
        .setNextOrdinal(8 * step)
        .setNextOffset(9 * step)
        .build();
  }

  static CurriculumSequence released(long ordinal, int phase, Map<String, Double> signals) {
    Segment segment = new Segment("d" + ordinal, new LogPosition(0, ordinal), 0, 2, true);
    return new CurriculumSequence(
        ordinal,
        phase,
        "left",
        ordinal,
        0,
        new TokenSequence(
            "s" + ordinal, "left", List.of(1, 2, 3), List.of(segment), 2, signals, "t"));
  }

  static DroppedDocument dropped(String id) {
    return DroppedDocument.newBuilder()
        .setId(id)
        .setDomain("left")
        .setStage("gopher-quality")
        .setRule("gopher-quality.words-min")
        .setMeasured(12)
        .setThreshold(50)
        .setOrigin(new LogPosition(0, 7L))
        .build();
  }

  static CheckpointPublished checkpoint(long step) {
    return CheckpointPublished.newBuilder()
        .setRun(RUN)
        .setAttempt(1)
        .setStep(step)
        .setTokens(100 * step)
        .setLoss(2)
        .setNextOrdinal(8 * step)
        .setNextOffset(9 * step)
        .setUri("file:/step-" + step)
        .setFiles(Map.of())
        .setModelSpec("{}")
        .setTokenizer("t")
        .setPublishedAt(Instant.ofEpochMilli(1_000 * step))
        .build();
  }

  /** Worse than the one of an earlier step by so many nats a token, give or take. */
  static EvaluationResult regression(long step, double perplexity, long best, double by) {
    EvaluationResult evaluation = evaluation(step, perplexity, "words");
    Comparison worse = new Comparison(best, by, by - 0.01, by + 0.01);
    SetEvaluation set = evaluation.getSets().get(0);
    set.setPrevious(worse);
    set.setBest(worse);
    set.setRegression(true);
    return evaluation;
  }

  static EvaluationResult evaluation(long step, double perplexity, String sample) {
    double nll = Math.log(perplexity);
    SetEvaluation set =
        SetEvaluation.newBuilder()
            .setName("left")
            .setKind(SetKind.HELD_OUT)
            .setNll(1_000 * nll)
            .setNllSquared(1_000 * nll * nll)
            .setTokens(1_000)
            .setBytes(4_000)
            .setWords(700)
            .setDocuments(10)
            .setNllPerToken(nll)
            .setNllStandardError(0.01)
            .setTokenPerplexity(perplexity)
            .setWordPerplexity(2 * perplexity)
            .setBytePerplexity(1.5)
            .setBitsPerByte(nll / 4 / Math.log(2))
            .setBranchingFactor(perplexity)
            .build();
    return EvaluationResult.newBuilder()
        .setRun(RUN)
        .setAttempt(1)
        .setStep(step)
        .setTokens(100 * step)
        .setCheckpoint("file:/step-" + step)
        .setCheckpointOffset(step)
        .setStatus(EvaluationStatus.EVALUATED)
        .setContextLength(256)
        .setStride(256)
        .setProvider("CPU")
        .setSetId("s")
        .setSets(List.of(set))
        .setSamples(List.of(new Sample("The", sample)))
        .setSeconds(1)
        .setEvaluatedAt(Instant.ofEpochMilli(2_000 * step))
        .build();
  }
}
