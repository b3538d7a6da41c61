package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Compares what two runs have left, bit for bit, but for who did it and how fast. */
final class Histories {
  private Histories() {}

  /** As text, all digits of it: a skipped step's gradient norm is NaN, which equals nothing. */
  private static String timeless(TrainingProgress progress) {
    return TrainingProgress.newBuilder(progress)
        .setRun("")
        .setAttempt(0)
        .setTokensPerSecond(0)
        .setMfu(null)
        .setDataWaitSeconds(0)
        .build()
        .toString();
  }

  /** One record for each step, from 1 without a gap. */
  static void assertComplete(Map<Long, TrainingProgress> history, long steps) {
    assertEquals(LongStream.rangeClosed(1, steps).boxed().toList(), List.copyOf(history.keySet()));
  }

  static void assertSameSteps(
      Map<Long, TrainingProgress> expected, Map<Long, TrainingProgress> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (step, progress) -> assertEquals(timeless(progress), timeless(actual.get(step))));
  }

  /** By their announced hashes, after these have been checked against the files. */
  static void assertSameWeights(CheckpointPublished expected, CheckpointPublished actual)
      throws Exception {
    assertEquals(expected.getStep(), actual.getStep());
    for (CheckpointPublished checkpoint : List.of(expected, actual)) {
      CheckpointDirectory.at(checkpoint.getUri()).verify(checkpoint.getFiles());
    }
    for (String file :
        List.of(
            CheckpointDirectory.MODEL, CheckpointDirectory.OPTIMIZER, CheckpointDirectory.PROBE)) {
      assertEquals(expected.getFiles().get(file), actual.getFiles().get(file), file);
    }
  }
}
