package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.TinyDisk;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that has room for two checkpoints. */
@WithKafka
class FullDiskTest {
  private static final int KIBIBYTES = 1000;
  private static final String RUN_FILE =
      TestRuns.MODEL
          + """
          training:
            warmupSteps: 2
            cooldownFraction: 0
            perDeviceTrainBatchSize: 8
            maxSteps: 12
            saveSteps: 5
            bf16: false
            threads: 2
          """;

  private final TestKafka kafka;
  @TempDir Path directory;

  FullDiskTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @Test
  void trainingGoesOnAndTheEndSaysThatItsCheckpointIsMissing() throws Exception {
    Path artifacts = Files.createDirectory(directory.resolve("checkpoints"));
    Optional<String> unavailable = TinyDisk.unavailable(artifacts);
    assumeTrue(unavailable.isEmpty(), () -> "no tiny disk here: " + unavailable.orElse(""));
    TestRuns runs = TestRuns.create(kafka, directory);
    TrainerRun run = runs.run("full", RUN_FILE);
    runs.write(run, TestRuns.curriculum(96, 12));
    List<String> launcher = TinyDisk.launcher(artifacts, KIBIBYTES);
    try (ChildJvm child = TrainerChild.start(runs, run, launcher)) {
      assertEquals(1, child.awaitExit(Duration.ofMinutes(2)), child.output());
      assertTrue(
          child.output().contains("The checkpoint of step 10 could not be saved; training goes on"),
          child.output());
      String last = child.output().lines().reduce("", (before, line) -> line);
      assertTrue(last.matches("There is no room in .*: step-12-attempt-1 was not written"), last);
    }
    assertEquals(12, runs.progress(run).size());
    assertEquals(
        List.of(0L, 5L), runs.checkpoints(run).stream().map(CheckpointPublished::getStep).toList());
  }
}
