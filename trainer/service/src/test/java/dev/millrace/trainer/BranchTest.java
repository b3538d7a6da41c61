package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cooldown beside the run that it is of. */
@WithKafka
class BranchTest {
  private static final String RUN_FILE = TestRuns.TWELVE_STEPS;
  private static final String COOLDOWN =
      RUN_FILE.replace("maxSteps: 12", "maxSteps: 9") + "  branch: {run: main, step: 5}\n";

  private final TestKafka kafka;
  @TempDir Path directory;
  private TestRuns runs;
  private TrainerRun main;

  BranchTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void trainTheMainLine() throws Exception {
    runs = TestRuns.create(kafka, directory);
    main = runs.run("main", RUN_FILE);
    runs.write(main, TestRuns.curriculum(96, 31));
    runs.train(main);
  }

  @Test
  void coolsDownFromACheckpointOfTheMainLineOnItsSequences() throws Exception {
    Map<Long, TrainingProgress> before = runs.history(main);
    TrainerRun branch = runs.run("cooled", COOLDOWN);
    runs.train(branch);

    Map<Long, TrainingProgress> cooled = runs.history(branch);
    assertEquals(List.of(6L, 7L, 8L, 9L), List.copyOf(cooled.keySet()));
    cooled.forEach(
        (step, progress) -> {
          double left = 1 - Math.sqrt((step - 6) / 4.0);
          assertEquals(1e-2 * left, progress.getLearningRate(), 1e-17);
          assertEquals(before.get(step).getFirstOrdinal(), progress.getFirstOrdinal());
          assertEquals(before.get(step).getTokens(), progress.getTokens());
        });
    // The rate has not fallen yet in the first step, so that it and the next loss are the same.
    for (long step : List.of(6L, 7L)) {
      assertEquals(before.get(step).getLoss(), cooled.get(step).getLoss());
    }
    assertTrue(before.get(8L).getLoss() != cooled.get(8L).getLoss());

    List<CheckpointPublished> left = runs.checkpoints(branch);
    assertEquals(List.of(5L, 9L), left.stream().map(CheckpointPublished::getStep).toList());
    TrainerState state = CheckpointDirectory.at(left.get(0).getUri()).state();
    assertEquals("cooled", state.run());
    assertEquals(5, state.optimizerSteps());
    Histories.assertSameSteps(before, runs.history(main));
  }

  @Test
  void goesOnFromItsOwnCheckpoints() throws Exception {
    runs.train(runs.run("short", COOLDOWN));
    runs.train(runs.existing("short", COOLDOWN));
    assertEquals(4, runs.progress(runs.existing("short", COOLDOWN)).size());
  }

  @Test
  void refusesAStepWithoutACheckpoint() throws Exception {
    CheckpointPublished outOfReach = TrainerRunTest.announcedElsewhere("main", 6);
    runs.kafka()
        .writeTogether("test-", List.of(main.topics().checkpoints().record("main", outOfReach)));
    TrainerRun branch = runs.run("nowhere", COOLDOWN.replace("step: 5", "step: 4"));
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> runs.train(branch));
    assertEquals(
        "run main has no checkpoint of step 4; it has those of steps [0, 5, 10, 12]",
        e.getMessage());
  }

  @Test
  void refusesARunThatThereIsNot() throws Exception {
    TrainerRun branch = runs.run("lost", COOLDOWN.replace("main", "mian"));
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> runs.train(branch));
    assertEquals("run mian has no checkpoint of step 5; it has those of steps []", e.getMessage());
  }

  /** Its training order is another's, and its rate falls from there: neither may change. */
  @Test
  void staysTheBranchThatItIs() throws Exception {
    runs.train(runs.run("cooled", COOLDOWN));
    for (String changed : List.of(RUN_FILE, COOLDOWN.replace("step: 5", "step: 10"))) {
      TrainerRun branch = runs.existing("cooled", changed.replace("maxSteps: 9", "maxSteps: 12"));
      IllegalStateException e = assertThrows(IllegalStateException.class, () -> runs.train(branch));
      assertTrue(e.getMessage().startsWith("the batch was"), e.getMessage());
    }
  }

  @Test
  void refusesToBeginWhereTheRateIsNotStable() throws Exception {
    TrainerRun warming = runs.run("warming", RUN_FILE.replace("Steps: 2", "Steps: 8"));
    runs.write(warming, TestRuns.curriculum(96, 31));
    runs.train(warming);
    TrainerRun branch = runs.run("early", COOLDOWN.replace("main", "warming"));
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> runs.train(branch));
    assertTrue(
        e.getMessage()
            .startsWith("step 5 of run warming was trained at 0.00625 and training.learningRate"),
        e.getMessage());
  }

  @Test
  void refusesToBranchFromItself() throws Exception {
    TrainerRun itself = runs.existing("main", COOLDOWN);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> runs.service(itself));
    assertTrue(e.getMessage().startsWith("training.branch.run is this run itself"));
  }

  @Test
  void refusesAnotherSeedThanTheMainLines() throws Exception {
    TrainerRun branch = runs.run("seeded", COOLDOWN + "  seed: 7\n");
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> runs.train(branch));
    assertTrue(e.getMessage().startsWith("training.seed was 42"), e.getMessage());
  }
}
