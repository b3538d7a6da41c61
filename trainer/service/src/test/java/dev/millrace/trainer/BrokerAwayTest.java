package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.broker.BrokerOptions;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that dies and comes back while a trainer runs. */
class BrokerAwayTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String RUN_FILE =
      TestRuns.MODEL
          + """
          training:
            warmupSteps: 2
            cooldownFraction: 0
            perDeviceTrainBatchSize: 8
            maxSteps: 60
            saveSteps: 20
            bf16: false
            threads: 2
          """;

  @TempDir Path directory;

  @Test
  void waitsForItAndGoesOn() throws Exception {
    goesOnAfter(Duration.ZERO);
  }

  /** Transactions have been given up by then, and the clients' own patience is at an end. */
  @Tag("long")
  @Test
  void goesOnAfterAnAbsenceLongerThanAnyTimeout() throws Exception {
    goesOnAfter(KafkaConnection.TRANSACTION_TIMEOUT.multipliedBy(5));
  }

  private void goesOnAfter(Duration absence) throws Exception {
    Path data = Files.createDirectory(directory.resolve("broker"));
    EmbeddedBroker broker = EmbeddedBroker.start(data, BrokerOptions.DEFAULT);
    try {
      TestRuns runs = TestRuns.create(KafkaConnection.to(broker.bootstrap()), directory);
      TrainerRun run = runs.run("patient", RUN_FILE);
      List<CurriculumSequence> curriculum = TestRuns.curriculum(480, 13);
      runs.write(run, curriculum.subList(0, 240));
      try (TrainerService service = runs.service(run);
          InBackground background = InBackground.run(service)) {
        Await.until("it trains", LONG, () -> !runs.progress(run).isEmpty());
        broker.kill();
        Thread.sleep(absence.toMillis()); // The absence itself; nothing to await.
        broker = EmbeddedBroker.start(data, BrokerOptions.DEFAULT);
        runs.write(run, curriculum.subList(240, 480));
        background.awaitEnd(LONG);
      }
      Histories.assertComplete(runs.history(run), 60);
      assertEquals(60, runs.progress(run).size()); // Nothing was told twice.
      assertEquals(
          List.of(0L, 20L, 40L, 60L),
          runs.checkpoints(run).stream().map(CheckpointPublished::getStep).toList());
    } finally {
      broker.close();
    }
  }
}
