package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import dev.millrace.trainer.torch.TorchDevice;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One trainer at a time, in this process, on a real broker. */
@WithKafka
class TrainerServiceTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String RUN_FILE =
      TestRuns.MODEL
          + """
          training:
            learningRate: 1e-2
            warmupSteps: 2
            cooldownFraction: 0
            perDeviceTrainBatchSize: 4
            gradientAccumulationSteps: 2
            maxSteps: 12
            saveSteps: 5
            bf16: false
            threads: 2
          """;

  private final TestKafka kafka;
  @TempDir Path directory;
  private TestRuns runs;

  TrainerServiceTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void createTopics() throws Exception {
    runs = TestRuns.create(kafka, directory);
  }

  private static List<Long> steps(List<CheckpointPublished> checkpoints) {
    return checkpoints.stream().map(CheckpointPublished::getStep).toList();
  }

  @Test
  void trainsALlama() throws Exception {
    String llama =
        """
        model: {family: llama, layers: 2, heads: 4, keyValueHeads: 2, width: 32,
          intermediateSize: 64, contextLength: 24, documentMasks: true}
        """;
    TrainerRun run = runs.run("llama", RUN_FILE.replace(TestRuns.MODEL, llama));
    runs.write(run, TestRuns.curriculum(96, 1));
    runs.train(run);
    List<TrainingProgress> progress = runs.progress(run);
    double first = progress.get(0).getLoss();
    assertEquals(Math.log(TestRuns.VOCABULARY), first, 0.1);
    assertTrue(
        progress.get(11).getLoss() < first - 0.5, "it learns: " + progress.get(11).getLoss());
    CheckpointDirectory saved = CheckpointDirectory.at(runs.checkpoints(run).get(3).getUri());
    ModelSpec spec =
        ModelSpec.fromConfigJson(Files.readString(saved.file(CheckpointDirectory.CONFIG)));
    assertEquals(2, ((LlamaSpec) spec).keyValueHeads());
  }

  @Test
  void countsTheTimeThatItWaitsApartFromTheTimeThatItTrains() throws Exception {
    TrainerRun run = runs.run("waits", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 1));
    MeterRegistry meters = new SimpleMeterRegistry();
    try (TrainerService service = runs.service(run, meters)) {
      service.run();
    }
    double all = seconds(meters, "seconds");
    double data = seconds(meters, "data.wait.seconds");
    double checkpoints = seconds(meters, "checkpoint.wait.seconds");
    double records = seconds(meters, "record.wait.seconds");
    assertEquals(
        runs.progress(run).stream().mapToDouble(TrainingProgress::getDataWaitSeconds).sum(),
        data,
        1e-6);
    Timer saving = meters.get("millrace.trainer.checkpoint").timer();
    assertEquals(4, saving.count());
    // Clearing away is waited for too.
    assertTrue(checkpoints > saving.totalTime(TimeUnit.SECONDS), checkpoints + " s");
    assertTrue(records > 0);
    double trained = all - data - checkpoints - records;
    assertTrue(trained > 0 && trained < all, "%f of %f s".formatted(trained, all));
  }

  private static double seconds(MeterRegistry meters, String name) {
    return meters.get("millrace.trainer." + name).functionCounter().count();
  }

  @Test
  void recordsWithoutAValueArePassedOver() throws Exception {
    TrainerRun run = runs.run("empty", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 1));
    runs.kafka()
        .writeTogether(
            "test-",
            List.of(
                run.topics().checkpoints().record(0, "empty", null),
                run.topics().evaluations().record(0, "empty", null),
                run.own().progress().record(0, "empty", null)));
    runs.train(run);
    runs.train(run); // And where there is something beside them.
    assertEquals(12, runs.lastCheckpoint(run).getStep());
  }

  @Test
  void aRecordWithoutAValueBeginsNoBranch() throws Exception {
    TrainerRun run = runs.run("parent", RUN_FILE);
    runs.kafka()
        .writeTogether("test-", List.of(run.topics().checkpoints().record(0, "branch", null)));
    KafkaWait wait = new KafkaWait(() -> false);
    try (Cooldowns cooldowns = new Cooldowns(runs.kafka(), run, List.of(), wait)) {
      assertFalse(cooldowns.isTaken("branch"));
    }
  }

  @Test
  void trainsToTheLastStepAndAnnouncesEveryCheckpoint() throws Exception {
    TrainerRun run = runs.run("all", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 1));
    runs.train(run);

    List<TrainingProgress> progress = runs.progress(run);
    assertEquals(
        LongStream.rangeClosed(1, 12).boxed().toList(),
        progress.stream().map(TrainingProgress::getStep).toList());
    TrainingProgress first = progress.get(0);
    assertEquals(0, first.getFirstOrdinal());
    assertEquals(8, first.getNextOrdinal());
    assertEquals(5e-3, first.getLearningRate());
    assertEquals(Math.log(TestRuns.VOCABULARY), first.getLoss(), 0.1); // It knows nothing yet.
    assertEquals(
        first.getTokens(),
        first.getDomainTokens().values().stream().mapToLong(Long::longValue).sum());
    double byDomain =
        first.getDomainLoss().entrySet().stream()
            .mapToDouble(e -> e.getValue() * first.getDomainTokens().get(e.getKey()))
            .sum();
    assertEquals(first.getLoss(), byDomain / first.getTokens(), 1e-9);
    TrainingProgress last = progress.get(11);
    assertTrue(last.getLoss() < first.getLoss() - 0.5, "it learns: " + last.getLoss());
    assertEquals(96, last.getNextOrdinal());
    assertTrue(last.getTokensPerSecond() > 0);

    List<CheckpointPublished> checkpoints = runs.checkpoints(run);
    assertEquals(List.of(0L, 5L, 10L, 12L), steps(checkpoints));
    CheckpointPublished end = checkpoints.get(3);
    assertEquals(last.getTokens(), end.getTokens());
    assertEquals(last.getLoss(), end.getLoss());
    assertEquals(last.getNextOffset(), end.getNextOffset());
    assertTrue(Double.isNaN(checkpoints.get(0).getLoss()));
    CheckpointDirectory saved = CheckpointDirectory.at(end.getUri());
    saved.verify(end.getFiles());
    Manifest.read(saved.path()).verify(saved.path());
    assertEquals(RUN_FILE, Files.readString(saved.file(CheckpointDirectory.RUN_FILE)));
    assertEquals(12, saved.state().optimizerSteps());
    Probe probe = saved.probe();
    assertEquals(TestRuns.CONTEXT, probe.inputs().get(0).size());
    assertTrue(probe.nll().get(0).stream().allMatch(nll -> nll > 0));
  }

  @Test
  void aRunThatIsDoneIsDone() throws Exception {
    TrainerRun run = runs.run("done", RUN_FILE);
    runs.write(run, TestRuns.curriculum(200, 2));
    runs.train(run);
    runs.train(run);
    assertEquals(12, runs.progress(run).size());
    assertEquals(List.of(0L, 5L, 10L, 12L), steps(runs.checkpoints(run)));
  }

  @Test
  void waitsForDataAndLeavesACheckpointWhenToldToStop() throws Exception {
    TrainerRun run = runs.run("waits", RUN_FILE);
    List<CurriculumSequence> all = TestRuns.curriculum(96, 3);
    runs.write(run, all.subList(0, 20)); // Two steps and a half.
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      Await.until("two steps are done", LONG, () -> runs.progress(run).size() == 2);
      service.stop();
      background.awaitEnd(LONG);
    }
    assertEquals(List.of(0L, 2L), steps(runs.checkpoints(run)));
    assertEquals(16, runs.lastCheckpoint(run).getNextOrdinal());
    runs.write(run, all.subList(20, 96));
    runs.train(run);
    assertEquals(12, runs.progress(run).size());
    assertEquals(2, runs.progress(run).get(11).getAttempt());
  }

  @Test
  void savesWhenAsked() throws Exception {
    TrainerRun run = runs.run("asked", RUN_FILE);
    List<CurriculumSequence> all = TestRuns.curriculum(96, 4);
    runs.write(run, all.subList(0, 8));
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      Await.until("a step is done", LONG, () -> runs.progress(run).size() == 1);
      service.requestCheckpoint();
      runs.write(run, all.subList(8, 96));
      background.awaitEnd(LONG);
    }
    assertEquals(List.of(0L, 2L, 5L, 10L, 12L), steps(runs.checkpoints(run)));
  }

  @Test
  void aGapInTheCurriculumStopsTheRun() throws Exception {
    TrainerRun run = runs.run("gap", RUN_FILE);
    List<CurriculumSequence> all = TestRuns.curriculum(96, 5);
    runs.write(run, all.subList(0, 12));
    runs.write(run, all.subList(13, 96));
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> runs.train(run));
    assertTrue(e.getMessage().contains("ordinal 13 where ordinal 12 must be"), e.getMessage());
    assertTrue(e.getMessage().contains("curriculum-0 offset "), e.getMessage());
  }

  @Test
  void refusesToTrainOnTheCpuWhereAGpuIsAskedFor() throws Exception {
    assumeFalse(TorchDevice.CUDA.isThere(), "this machine has a GPU");
    TrainerRun run = runs.run("gpu", RUN_FILE + "  device: cuda\n");
    try (TrainerService service = runs.service(run)) {
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> service.run());
      assertTrue(refused.getMessage().contains("training.device is cuda"), refused.getMessage());
    }
    assertEquals(List.of(), runs.checkpoints(run));
  }

  /** Ids of another vocabulary would train without a sign of anything wrong. */
  @Test
  void sequencesOfAnotherTokenizerStopTheRun() throws Exception {
    TrainerRun run = runs.run("foreign", RUN_FILE);
    List<CurriculumSequence> all = TestRuns.curriculum(96, 5);
    all.get(17).getSequence().setTokenizer("another");
    runs.write(run, all);
    try (TrainerService service = runs.service(run)) {
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> service.run());
      assertTrue(refused.getMessage().contains("ordinal 17: made by tokenizer another"));
    }
  }

  @Test
  void fallsBackToTheCheckpointBeforeADamagedOne() throws Exception {
    TrainerRun run = runs.run("damaged", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 6));
    runs.train(run);
    CheckpointPublished end = runs.lastCheckpoint(run);
    Path model = CheckpointDirectory.at(end.getUri()).file(CheckpointDirectory.MODEL);
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);

    runs.train(run);
    CheckpointPublished again = runs.lastCheckpoint(run);
    assertEquals(12, again.getStep());
    assertEquals(2, again.getAttempt());
    assertEquals( // Steps 11 and 12 were done again, to the same bits.
        end.getFiles().get(CheckpointDirectory.MODEL),
        again.getFiles().get(CheckpointDirectory.MODEL));
    assertEquals(14, runs.progress(run).size());
  }

  @Test
  void clearsOldCheckpointsAndWhatWasNeverAnnouncedButNothingOfAnotherLife() throws Exception {
    String yaml = RUN_FILE + "  saveTotalLimit: 2\n  keepUnevaluated: false\n";
    TrainerRun before = TestRuns.create(kafka, directory).run("lives", yaml);
    TestRuns lost = new TestRuns(runs.kafka(), before.topics(), directory);
    lost.write(before, TestRuns.curriculum(96, 14));
    runs.train(before);

    TrainerRun run = runs.run("lives", yaml);
    runs.write(run, TestRuns.curriculum(96, 14));
    runs.train(run);
    Path store = directory.resolve("checkpoints").resolve("lives");
    assertEquals(
        Set.of("step-10-attempt-1", "step-12-attempt-1", "step-10-attempt-2", "step-12-attempt-2"),
        visible(store));
  }

  private static Set<String> visible(Path directory) throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void neverBeginsAnewWhereEveryCheckpointIsDamaged() throws Exception {
    TrainerRun run = runs.run("lost", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 7));
    runs.train(run);
    for (CheckpointPublished checkpoint : runs.checkpoints(run)) {
      TestRuns.delete(CheckpointDirectory.at(checkpoint.getUri()).file(CheckpointDirectory.STATE));
    }
    IOException e = assertThrows(IOException.class, () -> runs.train(run));
    assertTrue(e.getMessage().startsWith("None of the 4 announced checkpoints"), e.getMessage());
  }

  @Test
  void refusesARunFileThatChangesWhatARunCannotChange() throws Exception {
    TrainerRun run = runs.run("changed", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 8));
    runs.train(run);
    TrainerRun otherSeed = runs.existing("changed", RUN_FILE + "  seed: 43\n");
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> runs.train(otherSeed));
    assertTrue(e.getMessage().startsWith("training.seed was 42"), e.getMessage());
    TrainerRun otherModel = runs.existing("changed", RUN_FILE.replace("layers: 2", "layers: 3"));
    e = assertThrows(IllegalStateException.class, () -> runs.train(otherModel));
    assertTrue(e.getMessage().startsWith("model was "), e.getMessage());
    TrainerRun otherBatch =
        runs.existing("changed", RUN_FILE.replace("Steps: 2\n  maxSteps", "Steps: 4\n  maxSteps"));
    e = assertThrows(IllegalStateException.class, () -> runs.train(otherBatch));
    assertTrue(e.getMessage().startsWith("the batch was "), e.getMessage());
  }

  @Test
  void skipsStepsWithoutAFiniteLossAndStopsWhenThereIsNoOther() throws Exception {
    TrainerRun run =
        runs.run("exploding", RUN_FILE.replace("1e-2", "1e30") + "  nonFiniteStepsMax: 3\n");
    runs.write(run, TestRuns.curriculum(96, 9));
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> runs.train(run));
    List<TrainingProgress> progress = runs.progress(run);
    TrainingProgress last = progress.get(progress.size() - 1);
    assertTrue(
        e.getMessage()
            .startsWith(
                "3 steps in a row changed nothing, the last one step %d, ordinals %d to %d: "
                    .formatted(last.getStep(), last.getFirstOrdinal(), last.getNextOrdinal() - 1)),
        e.getMessage());
    TrainingProgress first =
        progress.stream().filter(p -> p.getSkipped() != null).findFirst().get();
    assertEquals("loss is NaN", first.getSkipped());
    assertTrue(e.getMessage().endsWith(": loss is NaN; of documents a, b"), e.getMessage());
    assertEquals(first.getTokens(), last.getTokens()); // Not trained on, so not counted.
    assertEquals(first.getStep() + 2, last.getStep());
  }

  @Test
  void trainingGoesOnWhereACheckpointCannotBeSaved() throws Exception {
    TrainerRun run = runs.run("unsaved", RUN_FILE);
    List<CurriculumSequence> all = TestRuns.curriculum(96, 10);
    runs.write(run, all.subList(0, 8));
    Path store = directory.resolve("checkpoints").resolve("unsaved");
    Path aside = directory.resolve("aside");
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      Await.until("a step is done", LONG, () -> runs.progress(run).size() == 1);
      Files.move(store, aside);
      Files.writeString(store, "in the way");
      runs.write(run, all.subList(8, 56)); // To step 7: the checkpoint of step 5 fails.
      Await.until("seven steps are done", LONG, () -> runs.progress(run).size() == 7);
      Files.delete(store);
      Files.move(aside, store);
      runs.write(run, all.subList(56, 96));
      background.awaitEnd(LONG);
    }
    assertEquals(List.of(0L, 10L, 12L), steps(runs.checkpoints(run)));
  }
}
