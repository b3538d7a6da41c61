package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import dev.millrace.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  @TempDir Path directory;
  private TestRun run;
  private String tokenizer = "";
  private long written;

  BranchTrainersTest(TestKafka broker) {
    this.broker = broker;
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

  private Stack up() throws Exception {
    Stack stack =
        Stack.start(RunContext.of(Optional.of(run.runFile()), directory.resolve("state")));
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

  private void coolDown(String name, int steps) {
    Ran ran =
        run.command("control", "cooldown", "--id", name, "--name", name, "--steps", steps + "");
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

  @Test
  void eachCooldownIsTrainedBesideTheMainLineAndOnce() throws Exception {
    writeSteps(4);
    try (Stack stack = up()) {
      awaitStep(stack, 4);
      coolDown("first", 3);
      writeSteps(6);
      await(stack, "the first", () -> saved("first").equals(List.of(4L, 7L)));
      awaitStep(stack, 10); // The main line goes on.
      coolDown("second", 2);
      await(stack, "the second to begin", () -> saved("second").equals(List.of(10L)));
    }
    try (Stack stack = up()) { // It had nothing to train on.
      writeSteps(3);
      await(stack, "the second", () -> saved("second").contains(12L));
    }
    assertEquals(List.of(4L, 7L), saved("first"));
    Path log = directory.resolve("state").resolve("branches").resolve("first.log");
    assertEquals(1, Files.readString(log).split("trainer of run first is up", -1).length - 1);
    JsonNode branch = status().at("/branches/0");
    assertEquals("first 4 7 7 true", String.join(" ", texts(branch)), branch.toString());
    String lines = run.command("status").out();
    assertTrue(lines.contains("branch     first, step 4 to 7: done"), lines);
  }

  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    node.forEach(value -> texts.add(value.asText()));
    return texts;
  }
}
