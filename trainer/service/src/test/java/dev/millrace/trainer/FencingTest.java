package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two trainers of one run, and one that is told to go. */
@WithKafka
class FencingTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int SIGTERM = 128 + 15;
  private static final String RUN_FILE =
      TestRuns.MODEL
          + """
          training:
            learningRate: 1e-3
            warmupSteps: 5
            perDeviceTrainBatchSize: 4
            gradientAccumulationSteps: 2
            maxSteps: %d
            lrSchedulerType: constant
            saveSteps: 10
            loggingSteps: 1
            bf16: false
            threads: 2
          """;

  private final TestKafka kafka;
  @TempDir Path directory;

  FencingTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void aNewerTrainerReplacesAnOlderOneAndNothingIsLost() throws Exception {
    TestRuns runs = TestRuns.create(kafka, directory);
    List<CurriculumSequence> curriculum = TestRuns.curriculum(1600, 11);
    TrainerRun run = runs.run("contested", RUN_FILE.formatted(TrainingConfig.ENDLESS));
    runs.write(run, curriculum);
    try (ChildJvm older = TrainerChild.start(runs, run)) {
      older.awaitLine("step 3: ", LONG);
      try (ChildJvm newer = TrainerChild.start(runs, run)) {
        assertEquals(TrainerMain.EXIT_FENCED, older.awaitExit(LONG), older.output());
        assertTrue(
            older
                .output()
                .contains("a newer trainer of run contested has taken over: this one leaves"),
            older.output());
        long done = runs.history(run).keySet().stream().mapToLong(step -> step).max().orElse(0);
        newer.awaitLine("step " + (done + 5) + ": ", LONG); // Past whatever the older one did.
        newer.terminate();
        assertEquals(SIGTERM, newer.awaitExit(LONG), newer.output());
      }
    }
    CheckpointPublished left = runs.lastCheckpoint(run);
    assertEquals(2, left.getAttempt());
    Map<Long, TrainingProgress> history = runs.history(run);
    Histories.assertComplete(history, left.getStep()); // SIGTERM has cost nothing.
    assertEquals(2, history.get(left.getStep()).getAttempt());

    TrainerRun alone = runs.run("alone", RUN_FILE.formatted(left.getStep()));
    runs.write(alone, curriculum);
    runs.train(alone);
    Histories.assertSameSteps(runs.history(alone), history);
    Histories.assertSameWeights(runs.lastCheckpoint(alone), left);
  }

  /** One that knows nothing of the other yet may be saving the same step 0. */
  @Test
  void ofTwoThatStartANewRunAtOnceOneGoesOn() throws Exception {
    TestRuns runs = TestRuns.create(kafka, directory);
    TrainerRun run = runs.run("twins", RUN_FILE.formatted(5));
    runs.write(run, TestRuns.curriculum(40, 12));
    try (ChildJvm one = TrainerChild.start(runs, run);
        ChildJvm other = TrainerChild.start(runs, run)) {
      List<Integer> exits = List.of(one.awaitExit(LONG), other.awaitExit(LONG));
      assertTrue(exits.contains(0), one.output() + other.output());
      assertTrue(
          exits.stream().allMatch(exit -> exit == 0 || exit == TrainerMain.EXIT_FENCED),
          one.output() + other.output());
    }
    Histories.assertComplete(runs.history(run), 5);
  }

  @Test
  void takesTheNextAttemptWhereADyingTrainerHasJustSavedTheFirst() throws Exception {
    TrainerState taken =
        Checkpoints.atFirstFree(
            TrainerState.start("orphan", 1, 1, "4x2", "fp32", "", ""),
            state -> {
              if (state.attempt() == 1) throw new FileAlreadyExistsException("step-0-attempt-1");
            });
    assertEquals(2, taken.attempt());
  }
}
