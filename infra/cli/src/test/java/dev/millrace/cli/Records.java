package dev.millrace.cli;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.TrainingProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records of the run {@code run} as its services write them; a test says what it is about. */
final class Records {
  private static final String RUN = "run";

  private Records() {}

  static TrainingProgress.Builder step(long step) {
    return TrainingProgress.newBuilder()
        .setRun(RUN)
        .setAttempt(1)
        .setStep(step)
        .setTokens(step)
        .setLoss(1)
        .setGradientNorm(1)
        .setLearningRate(1)
        .setTokensPerSecond(1)
        .setDataWaitSeconds(0)
        .setFirstOrdinal(0)
        .setNextOrdinal(step)
        .setNextOffset(0);
  }

  static CheckpointPublished.Builder checkpoint(long step) {
    return CheckpointPublished.newBuilder()
        .setRun(RUN)
        .setAttempt(1)
        .setStep(step)
        .setTokens(step)
        .setLoss(1)
        .setNextOrdinal(step)
        .setNextOffset(step)
        .setUri(uri(step))
        .setFiles(Map.of())
        .setModelSpec("")
        .setTokenizer("")
        .setPublishedAt(Instant.EPOCH);
  }

  static EvaluationResult.Builder evaluation(long step) {
    return EvaluationResult.newBuilder()
        .setRun(RUN)
        .setAttempt(1)
        .setStep(step)
        .setTokens(step)
        .setCheckpoint(uri(step))
        .setCheckpointOffset(0)
        .setStatus(EvaluationStatus.EVALUATED)
        .setContextLength(8)
        .setStride(8)
        .setProvider("CPU")
        .setSetId("set")
        .setSets(List.of())
        .setSeconds(1)
        .setEvaluatedAt(Instant.EPOCH);
  }

  private static String uri(long step) {
    return "file:///step-" + step;
  }
}
