package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.SchedulerState;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.SetKind;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of 12 documents two wait for dedup, of 6 refined ones two for the tokenizer, and so on. */
@WithKafka
class WatchViewTest {
  private final TestKafka broker;
  @TempDir private Path directory;
  private TestRun run;
  private Topics.Run own;

  WatchViewTest(TestKafka broker) {
    this.broker = broker;
  }

  @BeforeEach
  void letThingsWait() throws Exception {
    run = TestRun.in(directory, broker);
    run.createTopics();
    own = run.topics().run("run");
    Topic<String, Long> rules = changelog(run.topics().prefix() + "refinery-rules-counts");
    Topic<String, Long> release = changelog(run.topics().prefix() + "refinery-release-counts");
    Topic<String, Long> packing = changelog(own.runPrefix() + "tokenization-packing-counts");
    create(List.of(rules, release, packing));
    run.commit(
        Stream.of(
            rules.record("raw text", 12L),
            rules.record("candidates text", 9L),
            rules.record("dropped:a.b text", 2L),
            rules.record("dead-letters text", 1L),
            release.record("refined text", 6L),
            release.record("held-out text", 1L),
            packing.record("documents text", 4L),
            packing.record("sequences text", 70L),
            own.curriculumState().record("scheduler", released(60)),
            own.progress().record("run", step(5, 40)),
            run.topics().checkpoints().record("run", Records.checkpoint(4).build()),
            run.topics().evaluations().record("run", evaluation(2))));
  }

  private static Topic<String, Long> changelog(String of) {
    return new Topic<>(of + "-changelog", Serdes.String(), Serdes.Long(), Topic.SHARED, Map.of());
  }

  private void create(List<Topic<String, Long>> topics) throws Exception {
    try (Admin admin = run.kafka().admin()) {
      admin
          .createTopics(topics.stream().map(t -> new NewTopic(t.name(), 1, (short) 1)).toList())
          .all()
          .get();
      KafkaConnection.awaitLeaders(admin, topics.stream().map(t -> t.name()).toList());
    }
  }

  private static SchedulerState released(long ordinal) {
    return new SchedulerState(ordinal, 0, 0L, 0L, 0L, Map.of(), Map.of());
  }

  private static TrainingProgress step(long step, long nextOrdinal) {
    return Records.step(step)
        .setTokens(1_000)
        .setLoss(2.5)
        .setTokensPerSecond(1_234)
        .setNextOrdinal(nextOrdinal)
        .build();
  }

  private static EvaluationResult evaluation(long step) {
    return Records.evaluation(step).setSets(List.of(set("text", 50), set("book", 1_234.5))).build();
  }

  private static SetEvaluation set(String name, double perplexity) {
    return SetEvaluation.newBuilder()
        .setName(name)
        .setKind(SetKind.HELD_OUT)
        .setNll(1)
        .setNllSquared(1)
        .setTokens(1)
        .setBytes(1)
        .setWords(1)
        .setDocuments(1)
        .setNllPerToken(1)
        .setNllStandardError(1)
        .setTokenPerplexity(perplexity)
        .setWordPerplexity(1)
        .setBytePerplexity(1)
        .setBitsPerByte(1)
        .setBranchingFactor(1)
        .setRegression(false)
        .build();
  }

  @Test
  void saysWhatWaitsWhereAndHowTheRunIs() throws Exception {
    RunContext context = RunContext.of(Optional.of(run.runFile()), directory);
    RunStatus status =
        RunStatus.read(
            run.kafka(), run.topics(), "run", new LenientValues<>(own.controlAcknowledged()));
    WatchView view = new WatchView(status, Lag.read(run.kafka(), context, status));
    assertEquals(
        List.of(
            "domain                in     refined  held out     dropped   dead",
            "text                  12           6         1           2      1",
            "waiting      refinery 2, tokenization 2, curriculum 10, trainer 20; evaluator 2 steps"
                + " behind",
            "training     step 5, loss 2.5000, 1,000 tokens, 1,234 tokens/s",
            "perplexity   step 2: text 50.00, book 1,234.50"),
        view.lines());
    assertEquals(
        "in 12, refined 6, in flight 2; step 5, loss 2.5000, 1,000 tokens, 1,234 tokens/s; step 2"
            + " text 50.00, book 1,234.50",
        view.line());
  }
}
