package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.Millrace;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * README's "Back up and move": a run is stopped, its folder is copied, and the copy goes on where
 * there is nothing of the old place any more, with the same bits as the run that stayed (law 3).
 */
@Tag("long")
class MovedRunTest {
  private static final int STOP = 12;
  private static final int STEPS = 24;
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final Topics TOPICS = new Topics("millrace.");

  /** The scheduler is ahead by the whole run, so that both find the same training order. */
  private static final String RUN_FILE =
      """
      name: tiny
      domains: [left]
      refinery: {stages: [normalisation, gopher-quality, pii]}
      heldOut: {fraction: 0.1}
      stream: {commitInterval: 200ms, standbyReplicas: 0}
      tokenizer: {vocabularySize: 400, learnFrom: 200k}
      packing: {openBins: 2}
      curriculum: {lead: 1024}
      model: {layers: 2, heads: 2, width: 32, contextLength: 64, dropout: 0.1}
      training: {learningRate: 3e-3, warmupSteps: 5, maxSteps: %d, saveSteps: 8, perDeviceTrainBatchSize: 8, threads: 1}
      evaluation: {heldOutTokens: 2_000, heldOutWait: 5s, prompts: []}
      dashboard: {port: 0}
      """;

  /** What law 3 is about. */
  private record Trained(Map<Long, TrainingProgress> steps, Map<String, String> files) {
    Map<Long, String> losses() {
      Map<Long, String> losses = new TreeMap<>();
      steps.forEach((step, p) -> losses.put(step, p.getLoss() + " " + p.getGradientNorm()));
      return losses;
    }
  }

  @Test
  void goesOnInAnotherFolderWithTheSameBits(@TempDir Path directory) throws Exception {
    Path stayed = Files.createDirectory(directory.resolve("stayed"));
    Files.writeString(stayed.resolve("run.yaml"), RUN_FILE.formatted(STOP));
    new TestCorpus(11).write(directory.resolve("left.jsonl"), "left-", 900);
    try (ChildJvm up = start(stayed, "up")) {
      up.awaitLine("metrics and health at", LONG);
      push(stayed, directory.resolve("left.jsonl"));
      awaitEvaluated(up, stayed, STOP);
      awaitOrder(up, stayed);
      stop(up, stayed);
    }
    Files.writeString(stayed.resolve("run.yaml"), RUN_FILE.formatted(STEPS));
    Path moved = directory.resolve("elsewhere").resolve("moved");
    copy(stayed, moved);
    Path away = Files.move(stayed, directory.resolve("away"));
    Trained there = finish(moved);
    assertFalse(Files.exists(stayed), "nothing of it was needed, and nothing was made there");
    Trained here = finish(Files.move(away, stayed));
    assertEquals(STEPS, here.steps().size());
    assertEquals(here.losses(), there.losses());
    for (String file : new String[] {"model.safetensors", "optimizer.safetensors"}) {
      assertEquals(here.files().get(file), there.files().get(file), file);
    }
  }

  private static Trained finish(Path directory) throws Exception {
    try (ChildJvm up = start(directory, "up")) {
      up.awaitLine("metrics and health at", LONG);
      awaitEvaluated(up, directory, STEPS);
      KafkaConnection kafka = kafka(directory);
      Map<Long, TrainingProgress> steps = new TreeMap<>();
      kafka.scan(TOPICS.run("tiny").progress(), r -> steps.put(r.value().getStep(), r.value()));
      Map<String, String> files = new TreeMap<>();
      kafka.scan(
          TOPICS.checkpoints(),
          r -> {
            CheckpointPublished checkpoint = r.value();
            if (checkpoint.getStep() == STEPS) files.putAll(checkpoint.getFiles());
          });
      stop(up, directory);
      return new Trained(steps, files);
    }
  }

  private static ChildJvm start(Path directory, String command, String... more) {
    String[] line = {command, "--run", directory.resolve("run.yaml").toString()};
    String[] place = {"--dir", directory.toString()};
    return ChildJvm.of(Millrace.class)
        .jvmOptions("-Xmx1g", "-Dai.djl.offline=true")
        .environment("OPT_OUT_TRACKING", "true")
        .arguments(Stream.of(line, place, more).flatMap(Stream::of).toArray(String[]::new))
        .start(directory.resolve(command + "-" + System.nanoTime() + ".log"));
  }

  private static boolean broker(Path directory) {
    return EmbeddedBroker.running(directory.resolve("broker")).isPresent();
  }

  private static KafkaConnection kafka(Path directory) {
    return KafkaConnection.to(EmbeddedBroker.running(directory.resolve("broker")).orElseThrow());
  }

  private static void push(Path directory, Path input) {
    try (ChildJvm ingest = start(directory, "ingest", "--domain", "left", input.toString())) {
      assertEquals(0, ingest.awaitExit(LONG), ingest.output());
    }
  }

  private static void await(ChildJvm up, String what, BooleanSupplier condition) {
    Await.until(
        what,
        LONG,
        () -> {
          assertTrue(up.isAlive(), up::output);
          return condition.getAsBoolean();
        });
  }

  private static void awaitEvaluated(ChildJvm up, Path directory, long step) {
    await(
        up,
        "the evaluation of step " + step,
        () -> {
          long[] seen = {-1};
          kafka(directory)
              .scan(
                  TOPICS.evaluations(),
                  record -> {
                    EvaluationResult result = record.value();
                    assertEquals(
                        EvaluationStatus.EVALUATED, result.getStatus(), result.getReason());
                    seen[0] = result.getStep();
                  });
          return seen[0] >= step;
        });
  }

  private static void awaitOrder(ChildJvm up, Path directory) {
    await(
        up,
        "sequences for all steps",
        () -> {
          long[] last = {-1};
          kafka(directory)
              .scan(
                  TOPICS.run("tiny").curriculum(), record -> last[0] = record.value().getOrdinal());
          return last[0] >= STEPS * 8L;
        });
  }

  private static void stop(ChildJvm up, Path directory) {
    up.terminate();
    up.awaitExit(Duration.ofSeconds(90));
    Await.until("the broker to end", Duration.ofSeconds(60), () -> !broker(directory));
  }

  /** As {@code cp -a}. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) Files.createDirectories(target);
        else Files.copy(file, target);
      }
    }
  }
}
