package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.OrdinalRange;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands to a trainer, on a real broker: eight sequences a step, twelve steps. */
@WithKafka
class ControlsTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String RUN_FILE = TestRuns.TWELVE_STEPS;

  private final TestKafka kafka;
  @TempDir Path directory;
  private TestRuns runs;

  ControlsTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void createTopics() throws Exception {
    runs = TestRuns.create(kafka, directory);
  }

  private static ControlCommand.Builder command(String id, ControlKind kind) {
    return ControlCommand.newBuilder().setId(id).setKind(kind).setIssuedAt(Instant.now());
  }

  private static ControlCommand skip(String id, long first, long next) {
    return command(id, ControlKind.SKIP).setFirstOrdinal(first).setNextOrdinal(next).build();
  }

  private void send(TrainerRun run, ControlCommand... commands) {
    runs.kafka()
        .writeTogether(
            "test-",
            Stream.of(commands).map(c -> run.own().control().record(c.getId(), c)).toList());
  }

  private List<ControlAcknowledged> acknowledged(TrainerRun run) {
    List<ControlAcknowledged> all = new ArrayList<>();
    LenientValues<ControlAcknowledged> values =
        new LenientValues<>(run.own().controlAcknowledged());
    runs.kafka()
        .scan(
            run.own().controlAcknowledged().withValues(Serdes.ByteArray()),
            record -> values.of(record).ifPresent(all::add));
    return all;
  }

  private ControlAcknowledged await(TrainerRun run, String id) throws Exception {
    Await.until(id + " is acknowledged", LONG, () -> !answers(run, id).isEmpty());
    return answers(run, id).get(0);
  }

  private List<ControlAcknowledged> answers(TrainerRun run, String id) {
    return acknowledged(run).stream().filter(a -> a.getCommand().getId().equals(id)).toList();
  }

  @Test
  void aPausedRunStaysPausedOverARestartUntilItIsResumed() throws Exception {
    TrainerRun run = runs.run("paused", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 1));
    send(run, command("stop-here", ControlKind.PAUSE).build());
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      await(run, "stop-here");
      service.stop();
      background.awaitEnd(LONG);
    }
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      send(run, command("save", ControlKind.CHECKPOINT).build());
      assertEquals(0, await(run, "save").getStep());
      assertEquals(List.of(), runs.progress(run));
      send(run, command("go-on", ControlKind.RESUME).build());
      background.awaitEnd(LONG);
    }
    Histories.assertComplete(runs.history(run), 12);
    assertEquals(
        List.of("stop-here", "save", "go-on"),
        acknowledged(run).stream().map(a -> a.getCommand().getId()).toList());
  }

  @Test
  void noStepTakesWhatIsToBeSkippedAndEveryStepSaysWhatItPassedOver() throws Exception {
    TrainerRun run = runs.run("skips", RUN_FILE);
    List<CurriculumSequence> all = TestRuns.curriculum(124, 2);
    runs.write(run, all.subList(0, 40));
    send(run, skip("bad-crawl", 10, 30));
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      Await.until("two steps are done", LONG, () -> runs.progress(run).size() == 2);
      send(run, skip("too-late", 0, 36), skip("in-part", 20, 44)); // The position is 36.
      await(run, "in-part");
      runs.write(run, all.subList(40, 124));
      background.awaitEnd(LONG);
    }
    ControlAcknowledged late = await(run, "too-late");
    assertEquals(ControlOutcome.REFUSED, late.getOutcome());
    assertEquals("all of them lie before the position, ordinal 36", late.getReason());
    assertEquals(36, await(run, "in-part").getOrdinal());

    Map<Long, TrainingProgress> history = runs.history(run);
    Histories.assertComplete(history, 12);
    long next = 0;
    for (TrainingProgress progress : history.values()) {
      assertEquals(next, progress.getFirstOrdinal());
      next = progress.getNextOrdinal();
      long passed =
          progress.getPassedOver().stream()
              .mapToLong(range -> range.getNextOrdinal() - range.getFirstOrdinal())
              .sum();
      assertEquals(8, next - progress.getFirstOrdinal() - passed, progress::toString);
    }
    assertEquals(124, next);
    assertEquals(List.of(new OrdinalRange(10L, 30L)), history.get(2L).getPassedOver());
    assertEquals(List.of(new OrdinalRange(36L, 44L)), history.get(3L).getPassedOver());
  }

  @Test
  void aSkipEndsAMillionOrdinalsBeyondThePositionAtTheLatest() throws Exception {
    TrainerRun run = runs.run("far", RUN_FILE);
    runs.write(run, TestRuns.curriculum(16, 9));
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      Await.until("two steps are done", LONG, () -> runs.progress(run).size() == 2);
      send(
          run,
          skip("for-ever", 100, Long.MAX_VALUE),
          skip("one-too-far", 100, 16 + 1_000_001),
          skip("just", 100, 16 + 1_000_000));
      await(run, "just");
      service.stop();
      background.awaitEnd(LONG);
    }
    String beyond =
        "a skip ends at ordinal 1000015 at the latest now, 1000000 beyond the position;";
    assertEquals(
        List.of(
            beyond + " this one at " + (Long.MAX_VALUE - 1), beyond + " this one at 1000016", ""),
        acknowledged(run).stream()
            .map(a -> Optional.ofNullable(a.getReason()).orElse(""))
            .toList());
  }

  @Test
  void whatIsNoCommandIsPassedOver() throws Exception {
    TrainerRun run = runs.run("rubbish", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 7));
    String topic = run.own().control().name();
    byte[] cut = run.own().control().record("cut", skip("cut", 10, 30)).value();
    runs.kafka()
        .writeTogether(
            "test-",
            List.of(
                run.own().control().record(0, "tombstone", null),
                new ProducerRecord<>(topic, new byte[] {(byte) 0xff}, new byte[] {1, 2, 3}),
                new ProducerRecord<>(topic, null, Arrays.copyOf(cut, cut.length - 2)),
                run.own().controlAcknowledged().record(0, "tombstone", null),
                new ProducerRecord<>(run.own().controlAcknowledged().name(), new byte[] {1})));
    send(run, command("save", ControlKind.CHECKPOINT).build());
    runs.train(run);
    assertEquals(
        List.of("save"), acknowledged(run).stream().map(a -> a.getCommand().getId()).toList());
    Histories.assertComplete(runs.history(run), 12);
  }

  @Test
  void theSameIdAgainIsTheSameCommandAgain() throws Exception {
    TrainerRun run = runs.run("twice", RUN_FILE);
    runs.write(run, TestRuns.curriculum(104, 3));
    ControlCommand save = command("save", ControlKind.CHECKPOINT).build();
    send(run, save, save, command("save", ControlKind.PAUSE).build());
    runs.train(run);
    send(run, save);
    runs.train(runs.existing("twice", RUN_FILE.replace("maxSteps: 12", "maxSteps: 13")));
    assertEquals(1, acknowledged(run).size());
    Histories.assertComplete(runs.history(run), 13);
  }

  @Test
  void aCheckpointIsAnnouncedOnceHoweverManyAskForIt() throws Exception {
    TrainerRun run = runs.run("saved", RUN_FILE);
    List<CurriculumSequence> all = TestRuns.curriculum(96, 4);
    runs.write(run, all.subList(0, 24));
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      Await.until("three steps are done", LONG, () -> runs.progress(run).size() == 3);
      send(
          run,
          command("one", ControlKind.CHECKPOINT).build(),
          command("another", ControlKind.CHECKPOINT).build());
      ControlAcknowledged one = await(run, "one");
      ControlAcknowledged another = await(run, "another");
      assertEquals(3, one.getStep());
      assertEquals(24, one.getOrdinal());
      assertEquals(runs.lastCheckpoint(run).getUri(), one.getCheckpoint());
      assertEquals(one.getCheckpoint(), another.getCheckpoint());
      runs.write(run, all.subList(24, 96));
      background.awaitEnd(LONG);
    }
    assertEquals(
        List.of(0L, 3L, 5L, 10L, 12L),
        runs.checkpoints(run).stream().map(CheckpointPublished::getStep).toList());
  }

  @Test
  void aCooldownBeginsAtACheckpointAndSkipsWhatTheMainLineSkips() throws Exception {
    TrainerRun main = runs.run("main", RUN_FILE);
    List<CurriculumSequence> all = TestRuns.curriculum(104, 5);
    send(main, command("early", ControlKind.COOLDOWN).build(), skip("bad", 60, 68));
    runs.write(main, all.subList(0, 48));
    try (TrainerService service = runs.service(main);
        InBackground background = InBackground.run(service)) {
      Await.until("six steps are done", LONG, () -> runs.progress(main).size() == 6);
      send(main, command("release", ControlKind.COOLDOWN).setBranchSteps(3L).build());
      await(main, "release");
      runs.write(main, all.subList(48, 104));
      background.awaitEnd(LONG);
    }
    assertEquals("nothing is trained yet", await(main, "early").getReason());
    ControlAcknowledged release = await(main, "release");
    assertEquals(6, release.getStep());
    assertEquals("main-cooldown-6", release.getBranch());
    assertEquals(3, release.getBranchSteps());
    Histories.assertComplete(runs.history(main), 12);

    String cooldown =
        RUN_FILE.replace("maxSteps: 12", "maxSteps: 9") + "  branch: {run: main, step: 6}\n";
    TrainerRun branch = runs.run(release.getBranch(), cooldown);
    runs.train(branch);
    runs.train(branch); // It is done, and has nothing to inherit any more.
    assertEquals(List.of(7L, 8L, 9L), List.copyOf(runs.history(branch).keySet()));
    assertEquals(List.of(new OrdinalRange(60L, 68L)), runs.history(branch).get(8L).getPassedOver());
    assertEquals(0, runs.history(branch).get(9L).getFirstOrdinal() - 72);
    assertEquals(
        List.of("bad"), acknowledged(branch).stream().map(a -> a.getCommand().getId()).toList());
  }

  /** Whatever retention says of it, over a restart too; then it goes as others do. */
  @Test
  void theCheckpointOfACooldownStaysUntilItsBranchHasBegun() throws Exception {
    String few =
        RUN_FILE.replace("saveSteps: 5", "saveSteps: 1\n  saveTotalLimit: 2")
            + "  keepUnevaluated: false\n";
    TrainerRun main = runs.run("few", few);
    List<CurriculumSequence> all = TestRuns.curriculum(112, 10);
    runs.write(main, all.subList(0, 24));
    try (TrainerService service = runs.service(main);
        InBackground background = InBackground.run(service)) {
      Await.until("three steps are done", LONG, () -> runs.progress(main).size() == 3);
      send(main, cooldown("release", "branch"));
      await(main, "release");
      runs.write(main, all.subList(24, 112));
      background.awaitEnd(LONG);
    }
    assertEquals(List.of(3L, 11L, 12L), kept(main));
    runs.train(runs.existing("few", few.replace("maxSteps: 12", "maxSteps: 13")));
    assertEquals(List.of(3L, 12L, 13L), kept(main));

    String cooldown =
        RUN_FILE.replace("maxSteps: 12", "maxSteps: 4") + "  branch: {run: few, step: 3}\n";
    TrainerRun branch = runs.run("branch", cooldown);
    runs.train(branch);
    assertEquals(List.of(4L), List.copyOf(runs.history(branch).keySet()));
    runs.train(runs.existing("few", few.replace("maxSteps: 12", "maxSteps: 14")));
    assertEquals(List.of(13L, 14L), kept(main));
  }

  /** The steps of the announced checkpoints that are still there. */
  private List<Long> kept(TrainerRun run) {
    return runs.checkpoints(run).stream()
        .filter(c -> Files.isDirectory(CheckpointDirectory.at(c.getUri()).path()))
        .map(CheckpointPublished::getStep)
        .toList();
  }

  @Test
  void aCooldownNeedsANameThatIsARunsAndNoOtherCooldowns() throws Exception {
    TrainerRun run = runs.run("names", RUN_FILE);
    runs.write(run, TestRuns.curriculum(24, 8));
    String tooLong = "x".repeat(61);
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      Await.until("three steps are done", LONG, () -> runs.progress(run).size() == 3);
      send(
          run,
          cooldown("first", "release"),
          cooldown("outside", "../release"),
          cooldown("nameless", ""),
          cooldown("long", tooLong),
          cooldown("itself", "names"),
          cooldown("default", null),
          cooldown("again", null),
          command("endless", ControlKind.COOLDOWN).setBranchSteps(Long.MAX_VALUE).build());
      await(run, "endless");
      service.stop();
      background.awaitEnd(LONG);
    }
    CheckpointPublished others =
        CheckpointPublished.newBuilder(runs.lastCheckpoint(run)).setRun("other").build();
    runs.kafka()
        .writeTogether("test-", List.of(run.topics().checkpoints().record("other", others)));
    try (TrainerService service = runs.service(run);
        InBackground background = InBackground.run(service)) {
      send(run, cooldown("later", "release"), cooldown("others", "other"));
      await(run, "others");
      service.stop();
      background.awaitEnd(LONG);
    }
    String word = "a branch's name is letters, digits, - and _, 60 at most: ";
    String taken = "another run is called that already: ";
    assertEquals(
        List.of(
            "first release",
            "outside " + word + "../release",
            "nameless " + word,
            "long " + word + tooLong,
            "itself it needs a name of its own",
            "default names-cooldown-3",
            "again " + taken + "names-cooldown-3",
            "endless a cooldown cannot take so many steps: " + Long.MAX_VALUE,
            "later " + taken + "release",
            "others " + taken + "other"),
        acknowledged(run).stream()
            .map(
                a ->
                    a.getCommand().getId()
                        + " "
                        + Optional.ofNullable(a.getBranch()).orElse(a.getReason()))
            .toList());
  }

  private static ControlCommand cooldown(String id, @Nullable String branch) {
    return command(id, ControlKind.COOLDOWN).setBranch(branch).build();
  }

  /** Law 3 with commands: kill -9 right after each of them, and the run is as if nobody had. */
  @Test
  void killedRightAfterACommandItIsNeitherRepeatedNorForgotten() throws Exception {
    List<CurriculumSequence> all = TestRuns.curriculum(140, 6);
    List<ControlCommand> commands =
        List.of(
            command("hold", ControlKind.PAUSE).build(),
            skip("first", 10, 30),
            command("save", ControlKind.CHECKPOINT).build(),
            skip("second", 50, 62),
            command("go", ControlKind.RESUME).build());
    String yaml = RUN_FILE + "  loggingSteps: 1\n";
    TrainerRun whole = runs.run("whole", yaml);
    TrainerRun killed = runs.run("killed", yaml);
    for (TrainerRun run : List.of(whole, killed)) runs.write(run, all);
    commands.forEach(command -> send(whole, command));
    runs.train(whole);

    for (ControlCommand command : commands) {
      send(killed, command);
      killAfter(killed, "Command " + command.getId());
    }
    runs.train(killed);
    for (TrainerRun run : List.of(whole, killed)) {
      assertEquals(
          List.of("hold", "first", "save", "second", "go"),
          acknowledged(run).stream().map(a -> a.getCommand().getId()).toList());
    }
    Map<Long, TrainingProgress> history = runs.history(killed);
    Histories.assertComplete(history, 12);
    assertEquals(128, history.get(12L).getNextOrdinal());
    assertTrue(history.values().stream().anyMatch(p -> !p.getPassedOver().isEmpty()));
    Histories.assertSameSteps(runs.history(whole), history);
    Histories.assertSameWeights(runs.lastCheckpoint(whole), runs.lastCheckpoint(killed));
  }

  /**
   * As above, where steps are lost with the trainer: commands of after step 7, the last checkpoint
   * being that of step 5. Steps 6 and 7 are done again and must take what the skip names in part.
   */
  @Test
  void killedAheadOfItsLastCheckpointItDoesTheSameStepsAgain() throws Exception {
    killAheadOfTheLastCheckpoint("gpt2", 24);
  }

  /** Which row a sentence is paired with depends on what a skip has left in the step. */
  @Test
  @Tag("long")
  void killedAheadOfItsLastCheckpointItPairsTheSameSentencesAgain() throws Exception {
    killAheadOfTheLastCheckpoint("bert", 27);
  }

  private void killAheadOfTheLastCheckpoint(String family, int contextLength) throws Exception {
    String model =
        "model: {family: %s, layers: 2, heads: 2, width: 32, contextLength: %d, dropout: 0.1}%n"
            .formatted(family, contextLength);
    String yaml = RUN_FILE.replace(TestRuns.MODEL, model) + "  loggingSteps: 1\n";
    List<CurriculumSequence> all = TestRuns.manyDocuments(120, 11);
    List<ControlCommand> commands =
        List.of(
            skip("begun", 50, 62), // The position is 56.
            skip("ahead", 70, 80),
            command("save", ControlKind.CHECKPOINT).build(),
            skip("saved", 78, 84));
    TrainerRun whole = runs.run("whole", yaml);
    TrainerRun killed = runs.run("killed", yaml);
    for (TrainerRun run : List.of(whole, killed)) runs.write(run, all.subList(0, 56));
    try (TrainerService service = runs.service(whole);
        InBackground background = InBackground.run(service)) {
      Await.until("seven steps are done", LONG, () -> runs.progress(whole).size() == 7);
      commands.forEach(command -> send(whole, command));
      await(whole, "saved");
      runs.write(whole, all.subList(56, 120));
      background.awaitEnd(LONG);
    }

    for (ControlCommand command : commands) {
      try (ChildJvm child = TrainerChild.start(runs, killed)) {
        // Of the one that begins at step 7, the line is of the command.
        if (!command.getId().equals("saved")) child.awaitLine("step 7:", LONG);
        send(killed, command);
        child.awaitLine("Command " + command.getId(), LONG);
        child.kill9();
      }
    }
    runs.write(killed, all.subList(56, 120));
    runs.train(killed);
    for (TrainerRun run : List.of(whole, killed)) {
      assertEquals(
          List.of("begun 7 56", "ahead 7 70", "save 7 56", "saved 7 78"),
          acknowledged(run).stream()
              .map(a -> a.getCommand().getId() + " " + a.getStep() + " " + a.getOrdinal())
              .toList());
    }
    // Steps 1 to 7, and 6 and 7 for each of two that were killed before there was a checkpoint.
    assertEquals(12 + 2 + 2, runs.progress(killed).size());
    Map<Long, TrainingProgress> history = runs.history(killed);
    Histories.assertComplete(history, 12);
    assertEquals(List.of(), history.get(7L).getPassedOver());
    assertEquals(List.of(new OrdinalRange(56L, 62L)), history.get(8L).getPassedOver());
    assertEquals(List.of(new OrdinalRange(70L, 84L)), history.get(9L).getPassedOver());
    Histories.assertSameSteps(runs.history(whole), history);
    Histories.assertSameWeights(runs.lastCheckpoint(whole), runs.lastCheckpoint(killed));
  }

  private void killAfter(TrainerRun run, String line) throws Exception {
    try (ChildJvm child = TrainerChild.start(runs, run)) {
      child.awaitLine(line, LONG);
      child.kill9();
    }
  }
}
