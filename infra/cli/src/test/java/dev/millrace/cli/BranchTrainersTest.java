package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.runtime.ServiceRunner;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.Commands;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Scheduler, trainer and evaluator as {@code millrace up} has them, and a trainer for branches. */
@WithKafka
class BranchTrainersTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int STEP = 2; // Sequences of one.

  private static final String RUN_FILE =
      """
      name: main
      topicPrefix: %s
      curriculum: {lead: 8}
      model: {layers: 1, heads: 2, width: 16, contextLength: 16}
      training: {warmupSteps: 1, perDeviceTrainBatchSize: 2, saveSteps: 1000, bf16: false, threads: 1}
      kafka: {bootstrap.servers: "%s"}
      """;

  private final TestKafka broker;
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  @TempDir Path directory;
  private TestRun run;
  private String tokenizer = "";
  private long written;

  BranchTrainersTest(TestKafka broker) {
    this.broker = broker;
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(BranchTrainers.class);
  }

  @BeforeEach
  void listen() {
    said.start();
    logger().addAppender(said);
  }

  @AfterEach
  void stopListening() {
    logger().detachAppender(said);
  }

  @BeforeEach
  void prepare() throws Exception {
    String prefix = broker.freshPrefix();
    Path runFile = directory.resolve("run.yaml");
    Files.writeString(runFile, RUN_FILE.formatted(prefix, broker.bootstrap()));
    run = new TestRun(runFile, KafkaConnection.to(broker.bootstrap()), new Topics(prefix));
    run.createTopics();
    Path text = Files.writeString(directory.resolve("learn.txt"), "the mill turns its wheel\n");
    Path learnt = directory.resolve("tokenizer.json");
    Ran ran = Ran.of("tokenizer", "train", "--vocab", "260", "--out", learnt + "", text + "");
    assertEquals(0, ran.exit(), ran.err());
    tokenizer = Tokenizer.read(learnt).id();
  }

  /** So that the main line can take that many more steps. */
  private void writeSteps(int steps) {
    run.commit(
        LongStream.range(written, written + (long) steps * STEP)
            .mapToObj(i -> run.topics().run("main").sequences("text").record("s" + i, of(i))));
    written += (long) steps * STEP;
  }

  private TokenSequence of(long i) {
    return new TokenSequence(
        "s" + i,
        "text",
        Collections.nCopies(17, (int) (i % 250)),
        List.of(new Segment("d" + i, new LogPosition(0, i), 0, 17, true)),
        16,
        Map.of(),
        tokenizer);
  }

  private RunContext context() {
    return RunContext.of(Optional.of(run.runFile()), directory.resolve("state"));
  }

  private Stack up() throws Exception {
    Stack stack = Stack.start(context());
    stack.startTraining();
    return stack;
  }

  private void awaitStep(Stack stack, long step) {
    await(stack, "step " + step, () -> status().at("/progress/step").asLong() == step);
  }

  private static void await(
      Stack stack, String what, java.util.concurrent.Callable<Boolean> condition) {
    Await.until(
        what,
        PATIENCE,
        () -> {
          stack.check();
          return condition.call();
        });
  }

  private JsonNode status() throws Exception {
    return new ObjectMapper().readTree(run.command("status", "--json").out());
  }

  private Ran order(String name, int steps) {
    return run.command("control", "cooldown", "--id", name, "--name", name, "--steps", steps + "");
  }

  private void coolDown(String name, int steps) {
    Ran ran = order(name, steps);
    assertEquals(0, ran.exit(), ran.err());
  }

  /** Steps of a run's checkpoints. */
  private List<Long> saved(String name) {
    List<Long> steps = new ArrayList<>();
    run.kafka()
        .scan(
            run.topics().checkpoints(),
            record -> {
              if (name.equals(record.key())) steps.add(record.value().getStep());
            });
    return steps;
  }

  private Path log(String branch) {
    return directory.resolve("state").resolve("branches").resolve(branch + ".log");
  }

  @Test
  void eachCooldownIsTrainedBesideTheMainLineAndOnce() throws Exception {
    Path foreign = Files.copy(run.runFile(), directory.resolve("done.yaml"));
    writeSteps(4);
    try (Stack stack = up()) {
      awaitStep(stack, 4);
      order("done", 3); // Not by us.
      coolDown("first", 3);
      await(stack, "the first to begin", () -> saved("first").equals(List.of(4L)));
    }
    Files.delete(foreign);
    run.commit(Stream.of(checkpoint("done", 7)));
    try (Stack stack = up()) { // It had nothing to train on.
      writeSteps(6);
      await(stack, "the first", () -> saved("first").contains(7L));
      awaitStep(stack, 10); // The main line goes on.
    }
    assertEquals(List.of(7L), saved("done"));
    assertFalse(Files.exists(log("done")));
    JsonNode branch = status().at("/branches/1");
    assertEquals("first 4 7 7 true", String.join(" ", texts(branch)), branch.toString());
    String lines = run.command("status").out();
    assertTrue(lines.contains("branch     first, step 4 to 7: done"), lines);
  }

  private ProducerRecord<byte[], byte[]> checkpoint(String name, long step) {
    CheckpointPublished checkpoint =
        CheckpointPublished.newBuilder()
            .setRun(name)
            .setAttempt(1)
            .setStep(step)
            .setTokens(0)
            .setLoss(0)
            .setNextOrdinal(0)
            .setNextOffset(0)
            .setUri(directory.toUri().toString())
            .setFiles(Map.of())
            .setModelSpec("{}")
            .setTokenizer(tokenizer)
            .setPublishedAt(Instant.EPOCH)
            .build();
    return run.topics().checkpoints().record(name, checkpoint);
  }

  @Test
  void aBranchThatCannotBeTrainedDoesNotEndTheMainLineAndSaysWhyOnce() throws Exception {
    Files.copy(run.runFile(), directory.resolve("foreign.yaml"));
    Files.writeString(directory.resolve("broken.yaml"), runFileThatFails("broken", 4));
    writeSteps(4);
    try (Stack stack = up()) {
      awaitStep(stack, 4);
      assertEquals(1, order("foreign", 3).exit());
      coolDown("broken", 3);
      await(stack, "two tries", () -> triesOf("broken") >= 2);
      Files.createDirectories(log("unwritable"));
      coolDown("unwritable", 3);
      await(stack, "a third branch", () -> !warnings("unwritable").isEmpty());
      writeSteps(1);
      awaitStep(stack, 5);
    }
    for (String name : List.of("foreign", "broken", "unwritable")) {
      assertEquals(1, warnings(name).size(), said.list.toString());
    }
    assertTrue(warnings("foreign").get(0).contains("is there and not the branch of step 4"));
    assertTrue(warnings("broken").get(0).contains("ended with exit code 1, see "));
    assertTrue(warnings("unwritable").get(0).contains("is tried again: "));
  }

  @Test
  void aCheckpointRecordWithoutAValueIsPassedOver() throws Exception {
    ControlCommand command =
        ControlCommand.newBuilder()
            .setId("c")
            .setKind(ControlKind.COOLDOWN)
            .setIssuedAt(Instant.EPOCH)
            .build();
    ControlAcknowledged applied = Commands.applied(command, 4, 8);
    applied.setBranch("foreign");
    applied.setBranchSteps(3L);
    Files.copy(run.runFile(), directory.resolve("foreign.yaml"));
    run.commit(
        Stream.of(
            run.topics().checkpoints().record(0, "gone", null),
            run.topics().run("main").controlAcknowledged().record("c", applied)));
    try (ServiceRunner runner = new ServiceRunner(PATIENCE)) {
      runner.start("branches", new BranchTrainers(context(), run.kafka()));
      Await.until(
          "a branch",
          PATIENCE,
          () -> runner.failure().isPresent() || !warnings("foreign").isEmpty());
      assertEquals(Optional.empty(), runner.failure());
    }
  }

  /** It is the branch's, but no client can be made with it. */
  private String runFileThatFails(String name, long step) throws IOException {
    return Files.readString(run.runFile())
        .replace("name: main", "name: " + name)
        .replace(
            "training: {",
            "training: {branch: {run: main, step: %d}, maxSteps: %d, ".formatted(step, step + 3))
        .replace("kafka: {", "kafka: {security.protocol: NONE, ");
  }

  private long triesOf(String branch) throws IOException {
    if (!Files.exists(log(branch))) return 0;
    try (Stream<String> lines = Files.lines(log(branch))) {
      return lines.filter(line -> line.contains("ERROR BranchMain")).count();
    }
  }

  private List<String> warnings(String branch) {
    synchronized (said) { // As it is while it is written to.
      return said.list.stream()
          .filter(event -> event.getLevel() == Level.WARN)
          .map(ILoggingEvent::getFormattedMessage)
          .filter(line -> line.startsWith("branch " + branch + " "))
          .toList();
    }
  }

  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    node.forEach(value -> texts.add(value.asText()));
    return texts;
  }
}
