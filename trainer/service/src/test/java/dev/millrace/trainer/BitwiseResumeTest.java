package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Law 3: killed anywhere, a run's losses and weights are those of one that never was. */
@WithKafka
class BitwiseResumeTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int SEQUENCES_PER_STEP = 8;
  private static final String RUN_FILE =
      TestRuns.MODEL
          + """
          training:
            learningRate: 1e-2
            warmupSteps: 5
            perDeviceTrainBatchSize: 4
            gradientAccumulationSteps: 2
            maxSteps: %d
            saveSteps: 7
            saveTotalLimit: 2
            keepUnevaluated: false
            loggingSteps: 1
            threads: 2
            %s
          """;

  private final TestKafka kafka;
  @TempDir Path directory;

  BitwiseResumeTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void aRunThatIsKilledAtRandomEqualsOneThatIsNot() throws Exception {
    killAndCompare(20261121, 40, 4, "bf16: false");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void manyRounds(long seed) throws Exception {
    killAndCompare(seed, 120, 12, "bf16: " + (seed % 2 == 0));
  }

  /** All that a step may depend on, at once. */
  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"skip", "rewind"})
  void roundsOfRampsAndMuonAndSpikes(String policy) throws Exception {
    String settings =
        """
        bf16: true
          optim: muon
          batchRamp: [{untilStep: 50, gradientAccumulationSteps: 1}]
          contextRamp: [{untilStep: 30, contextLength: 7}, {untilStep: 70, contextLength: 12}]
          spikes: {policy: %s, window: 8, zScoreMax: 2.5}
        """;
    killAndCompare(policy.length(), 100, 8, settings.formatted(policy));
  }

  private void killAndCompare(long seed, int steps, int kills, String settings) throws Exception {
    System.out.printf("Bitwise resume: seed %d, %d steps, %d kills%n", seed, steps, kills);
    TestRuns runs = TestRuns.create(kafka, directory);
    int sequences = steps * SEQUENCES_PER_STEP * 3; // A rewind passes over some.
    List<CurriculumSequence> curriculum = TestRuns.curriculum(sequences, seed);
    TrainerRun whole = runs.run("whole", RUN_FILE.formatted(steps, settings));
    TrainerRun killed = runs.run("killed", RUN_FILE.formatted(steps, settings));
    runs.write(whole, curriculum);
    runs.write(killed, curriculum);

    runs.train(whole);
    killAtRandom(runs, killed, new Random(seed), steps, kills);
    runs.train(killed);

    Map<Long, TrainingProgress> history = runs.history(killed);
    Histories.assertComplete(history, steps);
    Histories.assertSameSteps(runs.history(whole), history);
    Histories.assertSameWeights(runs.lastCheckpoint(whole), runs.lastCheckpoint(killed));
    assertTrue(
        runs.progress(killed).size() > runs.progress(whole).size(),
        "no kill made a trainer repeat a step: no proof");
    long skipped =
        runs.progress(whole).stream().filter(progress -> progress.getSkipped() != null).count();
    assertEquals(settings.contains("spikes"), skipped > 0, skipped + " steps were skipped");
    System.out.printf("%d steps were skipped%n", skipped);
  }

  /** At steps that come later each time, so that the run gets on; now and then before any step. */
  private static void killAtRandom(
      TestRuns runs, TrainerRun run, Random random, int steps, int kills) throws Exception {
    for (int i = 1; i <= kills; i++) {
      long stride = steps / (kills + 1);
      long step = i * stride - random.nextInt((int) stride);
      String line =
          random.nextInt(4) == 0 ? "Run killed, attempt" : "[Ss]tep " + step + "(: | is skipped)";
      try (ChildJvm child = TrainerChild.start(runs, run)) {
        Matcher said = child.awaitLine(line, LONG);
        child.kill9();
        System.out.printf("Killed after: %s%n", said.group());
      }
    }
  }
}
