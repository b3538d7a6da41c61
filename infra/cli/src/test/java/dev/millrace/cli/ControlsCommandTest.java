package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.Commands;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import dev.millrace.trainer.Branch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What services answer is there before it is asked for: the id is the same. */
@WithKafka
class ControlsCommandTest {
  private final TestKafka broker;
  @TempDir Path directory;
  private TestRun run;

  ControlsCommandTest(TestKafka broker) {
    this.broker = broker;
  }

  @BeforeEach
  void createTopics() throws Exception {
    run = TestRun.in(directory, broker);
    run.createTopics();
  }

  private static ControlCommand command(String id, ControlKind kind) {
    return ControlCommand.newBuilder()
        .setId(id)
        .setKind(kind)
        .setFirstOrdinal(10L)
        .setNextOrdinal(21L)
        .setIssuedAt(Instant.now())
        .build();
  }

  private void answer(ControlAcknowledged answer) {
    run.commit(
        Stream.of(
            run.topics()
                .run("run")
                .controlAcknowledged()
                .record(answer.getCommand().getId(), answer)));
  }

  private List<ControlCommand> written() {
    List<ControlCommand> all = new ArrayList<>();
    run.kafka().scan(run.topics().run("run").control(), record -> all.add(record.value()));
    return all;
  }

  @Test
  void printsWhatTheServiceAnswers() {
    answer(Commands.applied(command("s", ControlKind.SKIP), 4, 12));
    Ran ran = run.command("control", "skip", "10-20", "--id", "s");
    assertEquals("skip: ordinals 12 to 20 are passed over", ran.out().strip(), ran.err());
    assertEquals(0, ran.exit());
    ControlCommand written = written().get(0);
    assertEquals("s", written.getId());
    assertEquals(10, written.getFirstOrdinal());
    assertEquals(21, written.getNextOrdinal());
  }

  @Test
  void aRefusalIsAnErrorInOneLine() {
    answer(Commands.refused(command("c", ControlKind.COOLDOWN), 0, 0, "nothing is trained yet"));
    Ran ran = run.command("control", "cooldown", "--id", "c");
    assertEquals(List.of("millrace: refused: nothing is trained yet"), ran.errors());
    assertEquals(1, ran.exit());
  }

  @Test
  void saysWhenNobodyAnswersAndThatItStillWill() {
    Ran ran = run.command("control", "pause", "--id", "p", "--wait", "PT0.1S");
    assertEquals(
        List.of(
            "millrace: command p is in the log, but the trainer has not answered within PT0.1S; it"
                + " will obey when it runs ('millrace train')"),
        ran.errors());
    assertEquals(1, ran.exit());
    assertEquals(ControlKind.PAUSE, written().get(0).getKind());
    ran = run.command("control", "mixture", "text=1", "--wait", "PT0.1S");
    assertTrue(ran.errors().get(0).contains("the curriculum scheduler has not"), ran.err());
    assertEquals(Map.of("text", 1.0), written().get(1).getMixture());
  }

  @Test
  void refusesWhatIsNoRange() {
    for (String range : List.of("10", "20-10", "a-b", "-5-7")) {
      Ran ran = run.command("control", "skip", "--id", "s", "--", range);
      assertEquals(2, ran.exit(), range + ran.err());
    }
    assertEquals(List.of(), written());
  }

  @Test
  void anIdIsOfOneKind() throws Exception {
    answer(Commands.applied(command("x", ControlKind.PAUSE), 4, 32));
    assertEquals(0, run.command("control", "pause", "--id", "x").exit());
    Ran other = run.command("control", "resume", "--id", "x");
    assertEquals(1, other.exit());
    assertEquals(
        List.of("millrace: command x is a pause: another needs another id"), other.errors());
  }

  @Test
  void aCooldownLeavesTheRunFileOfABranch() throws Exception {
    ControlAcknowledged saved = Commands.applied(command("c", ControlKind.COOLDOWN), 500, 4000);
    saved.setCheckpoint("file:///there");
    saved.setBranch("run-cooldown-500");
    saved.setBranchSteps(50L);
    answer(saved);
    Ran ran = run.command("control", "cooldown", "--id", "c");
    assertEquals(0, ran.exit(), ran.err());
    Path file = directory.resolve("run-cooldown-500.yaml");
    assertTrue(ran.out().contains("'millrace train --run " + file + "' trains it"), ran.out());
    RunSettings branch = RunFile.read(file, RunSettings.class).value();
    assertEquals("run-cooldown-500", branch.name());
    assertEquals(Optional.of(new Branch("run", 500)), branch.training().branch());
    assertEquals(550, branch.training().maxSteps());
    RunSettings main = RunFile.read(run.runFile(), RunSettings.class).value();
    assertEquals(main.topicPrefix(), branch.topicPrefix());
    assertEquals(main.kafka(), branch.kafka());
    Files.writeString(file, "# changed by hand\n" + Files.readString(file));
    assertEquals(0, run.command("control", "cooldown", "--id", "c").exit());
    assertTrue(Files.readString(file).startsWith("# changed by hand"));
    Files.copy(run.runFile(), file, StandardCopyOption.REPLACE_EXISTING);
    ran = run.command("control", "cooldown", "--id", "c");
    assertEquals(1, ran.exit());
    assertTrue(ran.err().contains("is there and not the branch of step 500"), ran.err());
  }

  @Test
  void noRunFileIsLeftHalfWritten() throws Exception {
    ControlAcknowledged saved = Commands.applied(command("c", ControlKind.COOLDOWN), 500, 4000);
    saved.setBranch("cool");
    RunContext context = RunContext.of(Optional.of(run.runFile()), directory.resolve("state"));
    assertThrows(NullPointerException.class, () -> BranchRunFile.write(context, saved)); // No end.
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(run.runFile()), files.toList());
    }
  }

  @Test
  void aCheckpointRecordWithoutAValueIsPassedOver() throws Exception {
    ControlAcknowledged saved = Commands.applied(command("c", ControlKind.COOLDOWN), 500, 4000);
    saved.setBranch("cool");
    saved.setBranchSteps(50L);
    answer(saved);
    run.commit(
        Stream.of("cool", "run").map(key -> run.topics().checkpoints().record(0, key, null)));
    Ran status = run.command("status");
    assertEquals(0, status.exit(), status.err());
    assertTrue(status.out().contains("cool, step 500 to 550: waits for a trainer"), status.out());
  }

  @Test
  void whatIsNoAnswerIsPassedOverWithOneWarning() {
    Topics.Run topics = run.topics().run("run");
    run.commit(
        Stream.of(topics.control(), topics.controlAcknowledged())
            .map(topic -> new ProducerRecord<>(topic.name(), new byte[] {1})));
    answer(Commands.applied(command("s", ControlKind.SKIP), 4, 12));
    assertEquals(0, run.command("control", "skip", "10-20", "--id", "s").exit());
    Ran status = run.command("status");
    assertTrue(status.out().contains("ordinals 12 to 20 are passed over"), status.err());
    Ran watch = run.command("watch", "--max", "3", "--every", "PT0.01S");
    assertEquals(0, watch.exit(), watch.err());
    assertEquals(1, watch.err().lines().filter(l -> l.contains("is passed over")).count());
  }

  @Test
  void statusAndWatchSayThatARunIsPaused() throws Exception {
    answer(Commands.applied(command("p", ControlKind.PAUSE), 4, 32));
    Ran status = run.command("status", "--json");
    assertTrue(new ObjectMapper().readTree(status.out()).at("/controls/paused").asBoolean());
    status = run.command("status");
    assertTrue(status.out().contains("command    pause: paused after step 4"), status.out());
    Ran watch = run.command("watch", "--max", "2", "--every", "PT0.01S");
    assertEquals("in 0, refined 0, in flight 0; PAUSED, no step yet", watch.out().strip());
    answer(Commands.applied(command("r", ControlKind.RESUME), 4, 32));
    watch = run.command("watch", "--max", "1");
    assertEquals("in 0, refined 0, in flight 0; no step yet", watch.out().strip());
  }
}
