package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.TrainingFaults;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eight sequences that nothing can be learnt from, in the fourteenth step of a run. */
@WithKafka
class SpikeTest {
  private static final int NOISE_FIRST = 104;
  private static final int NOISE_NEXT = 112;
  private static final String RUN_FILE =
      TestRuns.MODEL
          + """
          training:
            learningRate: 1e-2
            warmupSteps: 2
            cooldownFraction: 0
            perDeviceTrainBatchSize: 8
            maxSteps: 20
            saveSteps: 5
            bf16: false
            threads: 1
            spikes: {policy: POLICY, window: 6, zScoreMax: 5}
          """;

  private final TestKafka kafka;
  @TempDir Path directory;
  private TestRuns runs;

  SpikeTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void createTopics() throws Exception {
    runs = TestRuns.create(kafka, directory);
  }

  private static String policy(String name) {
    return RUN_FILE.replace("POLICY", name);
  }

  private static List<CurriculumSequence> curriculum(int count) {
    List<CurriculumSequence> all = new ArrayList<>(TestRuns.curriculum(count, 41));
    Random random = new Random(5);
    for (int ordinal = NOISE_FIRST; ordinal < NOISE_NEXT; ordinal++) {
      List<Integer> noise = random.ints(20, 1, TestRuns.VOCABULARY).boxed().toList();
      all.set(ordinal, sequence(ordinal, noise));
    }
    return all;
  }

  private static CurriculumSequence sequence(long ordinal, List<Integer> tokens) {
    List<Segment> segments =
        List.of(new Segment("noise", new LogPosition(0, ordinal), 0, tokens.size(), true));
    TokenSequence sequence =
        new TokenSequence(
            "id" + ordinal, "text", tokens, segments, 32, Map.of(), TestRuns.TOKENIZER);
    return new CurriculumSequence(ordinal, 0, "text", ordinal, 0, sequence);
  }

  private List<TrainingFaults.Skip> skips(TrainerRun run) throws IOException {
    return CheckpointDirectory.at(runs.lastCheckpoint(run).getUri()).state().faults().skips();
  }

  @Test
  void trainsOnEverythingWhereNobodyAsks() throws Exception {
    TrainerRun run = runs.run("none", policy("none"));
    runs.write(run, curriculum(160));
    runs.train(run);
    assertTrue(runs.progress(run).stream().allMatch(progress -> progress.getSkipped() == null));
    assertEquals(List.of(), skips(run));
  }

  /** Of the newest two, which are all that is kept, both are stops' here. */
  @Test
  void keepsTheCheckpointThatARewindGoesBackTo() throws Exception {
    String few = policy("rewind").replace("saveSteps: 5", "saveSteps: 5\n  saveTotalLimit: 2");
    String unevaluated = few.replace("  bf16", "  keepUnevaluated: false\n  bf16");
    TrainerRun run = runs.run("stopped", unevaluated.replace("maxSteps: 20", "maxSteps: 6"));
    runs.write(run, curriculum(160));
    runs.train(run);
    for (int steps : new int[] {7, 8}) {
      runs.train(
          runs.existing("stopped", unevaluated.replace("maxSteps: 20", "maxSteps: " + steps)));
    }
    List<String> kept = run.checkpoints().names();
    for (int steps : new int[] {5, 7, 8}) {
      String name = "step-%d-".formatted(steps);
      assertTrue(kept.stream().anyMatch(n -> n.startsWith(name)), name + " of " + kept);
    }
    assertEquals(3, kept.size(), kept.toString());
  }

  @Test
  void skipsTheSequencesOfASpikeAndSaysWhich() throws Exception {
    TrainerRun run = runs.run("skip", policy("skip"));
    runs.write(run, curriculum(160));
    runs.train(run);

    Map<Long, TrainingProgress> history = runs.history(run);
    Histories.assertComplete(history, 20);
    history.forEach((step, p) -> assertEquals(step == 14, p.getSkipped() != null, p::toString));
    TrainingProgress spike = history.get(14L);
    assertTrue(spike.getSkipped().matches("loss \\d\\.\\d+ is above \\d\\.\\d+"), spike::toString);
    assertEquals(NOISE_FIRST, spike.getFirstOrdinal());
    assertEquals(NOISE_NEXT, spike.getNextOrdinal());
    assertEquals(history.get(13L).getTokens(), spike.getTokens());
    assertEquals(
        List.of(new TrainingFaults.Skip(14, NOISE_FIRST, NOISE_NEXT, false, spike.getSkipped())),
        skips(run));
  }

  @Test
  void goesBackToTheLastCheckpointAndPassesOverAllThatLedToTheSpike() throws Exception {
    TrainerRun run = runs.run("rewind", policy("rewind"));
    runs.write(run, curriculum(184));
    runs.train(run);

    assertEquals(13 + 10, runs.progress(run).size()); // Steps 11 to 13 were undone.
    Map<Long, TrainingProgress> history = runs.history(run);
    Histories.assertComplete(history, 20);
    TrainingProgress passed = history.get(11L);
    assertEquals(80, passed.getFirstOrdinal());
    assertEquals(NOISE_NEXT, passed.getNextOrdinal());
    assertTrue(passed.getSkipped().endsWith(" at step 14"), passed.getSkipped());
    assertEquals(history.get(10L).getTokens(), passed.getTokens());
    long next = 0;
    for (TrainingProgress progress : history.values()) {
      assertEquals(next, progress.getFirstOrdinal()); // Nothing twice, nothing unaccounted.
      next = progress.getNextOrdinal();
      assertEquals(progress.getStep() > 10 ? 2 : 1, progress.getAttempt());
    }
    assertEquals(184, next);
    assertEquals(
        List.of(0L, 5L, 10L, 11L, 15L, 20L),
        runs.checkpoints(run).stream().map(CheckpointPublished::getStep).toList());
    assertEquals(
        List.of(new TrainingFaults.Skip(11, 80, NOISE_NEXT, true, passed.getSkipped())),
        skips(run));
  }

  /** The stop leaves a checkpoint of step 12, the kill none of step 11: neither may matter. */
  @Test
  void aRewindIsTheSameAfterAStopAndAfterAKill() throws Exception {
    List<CurriculumSequence> all = curriculum(184);
    List<List<CurriculumSequence>> parts =
        List.of(all.subList(0, 96), all.subList(96, NOISE_NEXT), all.subList(NOISE_NEXT, 184));
    TrainerRun whole = runs.run("whole", policy("rewind"));
    for (List<CurriculumSequence> part : parts) runs.write(whole, part);
    runs.train(whole);

    TrainerRun broken = runs.run("broken", policy("rewind"));
    runs.write(broken, parts.get(0));
    runs.stopAfter(broken, 12);
    runs.write(broken, parts.get(1));
    runs.stopAfter(broken, 14); // Step 13, and step 11 again.
    CheckpointPublished rewound = runs.lastCheckpoint(broken);
    assertEquals(11, rewound.getStep());
    TestRuns.delete(CheckpointDirectory.at(rewound.getUri()).file(CheckpointDirectory.STATE));
    runs.write(broken, parts.get(2));
    runs.train(broken);

    Histories.assertComplete(runs.history(broken), 20);
    Histories.assertSameSteps(runs.history(whole), runs.history(broken));
    Histories.assertSameWeights(runs.lastCheckpoint(whole), runs.lastCheckpoint(broken));
    assertEquals(skips(whole), skips(broken));
  }

  /** One sequence of two tokens: a gradient that no other token tempers, at a loss like others. */
  @Test
  void aGradientNormAloneCanBeASpike() throws Exception {
    List<CurriculumSequence> all = new ArrayList<>(TestRuns.curriculum(160, 41));
    for (int ordinal = NOISE_FIRST; ordinal < NOISE_NEXT; ordinal++) {
      all.set(ordinal, sequence(ordinal, List.of(0, 1)));
    }
    TrainerRun run = runs.run("norm", policy("skip"));
    runs.write(run, all);
    runs.train(run);
    String why = runs.history(run).get(14L).getSkipped();
    assertTrue(why != null && why.startsWith("gradient norm "), "skipped: " + why);
    assertTrue(Double.isFinite(runs.history(run).get(14L).getGradientNorm()));
  }
}
