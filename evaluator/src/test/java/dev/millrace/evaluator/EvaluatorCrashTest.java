package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.artifacts.FolderStore;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is killed when: every checkpoint has one result, in order, in both topics. */
@WithKafka
class EvaluatorCrashTest {
  private static final TestModel MODEL = TestModel.of(1, 1);
  private static final int ANNOUNCED = 8; // In each round.

  private final TestKafka broker;

  @TempDir Path directory;

  EvaluatorCrashTest(TestKafka broker) {
    this.broker = broker;
  }

  @Test
  void aKilledEvaluatorMissesNothingAndRepeatsNothing() throws Exception {
    killRounds(2, 31);
  }

  @Test
  @Tag("long")
  void aKilledEvaluatorMissesNothingAndRepeatsNothingInManyRounds() throws Exception {
    killRounds(25, System.nanoTime());
  }

  /** Kills it after a random number of results and a random moment more, each round. */
  private void killRounds(int rounds, long seed) throws Exception {
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (TestRun run = TestRun.create(broker.bootstrap(), directory)) {
      run.holdOut(0, "mill", "the wheel turned the stone in the water");
      CheckpointDirectory checkpoint = run.checkpoint(0, MODEL);
      int announced = 0;
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < ANNOUNCED; i++) run.announce(announced++, checkpoint);
        try (ChildJvm child = start(run, round)) {
          run.awaitResults(announced - ANNOUNCED + random.nextInt(1, ANNOUNCED));
          Thread.sleep(random.nextInt(60)); // A moment within an evaluation, not a wait.
          child.kill9();
        }
      }
      try (ChildJvm last = start(run, rounds)) {
        run.awaitResults(announced);
        awaitSumsOfBestAndLast();
        assertTrue(last.isAlive(), last.output());
      }
      assertOneResultEach(run, announced);
    }
  }

  /** The first of equals, and what the next one is compared with. */
  private void awaitSumsOfBestAndLast() {
    FolderStore sums = FolderStore.at(directory.resolve("artifacts/evaluations/run"));
    Await.until("sums of no more use are gone", TestRun.SOON, () -> sums.names().size() == 2);
  }

  private ChildJvm start(TestRun run, int round) {
    return ChildJvm.of(EvaluatorChild.class)
        .jvmOptions("-Xmx256m")
        .arguments(broker.bootstrap(), run.topics.prefix(), run.name, directory.toString(), "mill")
        .start(directory.resolve("child-" + round + ".log"));
  }

  private static void assertOneResultEach(TestRun run, int announced) {
    List<EvaluationResult> results = run.results();
    List<Long> steps = LongStream.range(0, announced).boxed().toList();
    assertEquals(steps, TestRun.steps(results));
    assertEquals(steps, run.json().stream().map(json -> json.get("step").longValue()).toList());
    assertEquals(1, results.stream().map(EvaluationResult::getSetId).distinct().count());
    assertEquals( // The same weights on the same texts.
        1,
        results.stream()
            .map(r -> r.getSets().get(0))
            .map(SetEvaluation::getNll)
            .distinct()
            .count());
  }

  @Test
  void waitsForABrokerThatIsAwayAndGoesOn() throws Exception {
    Path data = directory.resolve("broker");
    EmbeddedBroker first = EmbeddedBroker.start(data);
    String bootstrap = first.bootstrap();
    try (TestRun run = TestRun.create(bootstrap, directory)) {
      run.holdOut(0, "mill", "the wheel turned the stone in the water");
      CheckpointDirectory checkpoint = run.checkpoint(0, MODEL);
      run.announce(0, checkpoint);
      run.whileEvaluating(
          TestRun.config(""),
          List.of("mill"),
          () -> {
            run.awaitResults(1);
            first.close();
            Await.until(
                "it knows that the broker is away",
                TestRun.SOON,
                () -> run.meters.get("millrace.evaluation.kafka.away").gauge().value() == 1);
            try (EmbeddedBroker second = EmbeddedBroker.start(data)) {
              assertEquals(bootstrap, second.bootstrap());
              run.announce(1, checkpoint);
              assertEquals(List.of(0L, 1L), TestRun.steps(run.awaitResults(2)));
              assertEquals(0, run.meters.get("millrace.evaluation.kafka.away").gauge().value());
            }
          });
    } finally {
      first.close();
    }
  }

  @Test
  void stopsWhereNoBrokerEverAnswers() throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    EvaluatorService.Setup setup =
        new EvaluatorService.Setup(
            "run",
            List.of("mill"),
            new Topics(""),
            KafkaConnection.to("127.0.0.1:1"), // Nobody listens there.
            TestRun.config(""),
            TestRun.WINDOW,
            Artifacts.in(directory),
            directory);
    TestRun.Running running = new TestRun.Running(new EvaluatorService(setup, meters));
    Await.until(
        "it knows that the broker is away",
        TestRun.SOON,
        () -> meters.get("millrace.evaluation.kafka.away").gauge().value() == 1);
    assertEquals(Optional.empty(), running.stop());
  }
}
