package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.OrdinalRange;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of ten steps of eight sequences, of which step 4 passed over two ordinals, step 6 was
 * skipped, and steps 9 and 10 were done twice. Document {@code dN} is in sequence N, {@code twice}
 * in 24 and 71.
 */
@WithKafka
class LineageCommandTest {
  private static final long ALL = -1; // As Kafka says it.

  @TempDir private static Path directory;
  private static TestRun run; // Nobody changes it.

  @BeforeAll
  static void train(TestKafka broker) throws Exception {
    run = train(broker, directory);
  }

  private static TestRun train(TestKafka broker, Path directory) throws Exception {
    TestRun run = TestRun.in(directory, broker);
    run.createTopics();
    for (long from = 0; from < 90; from += 9) {
      run.commit(
          LongStream.range(from, from + 9)
              .mapToObj(ordinal -> own(run).curriculum().record(ordinal, sequence(ordinal))));
    }
    run.commit(LongStream.rangeClosed(1, 10).mapToObj(step -> progress(run, step, 1)));
    run.commit(Stream.of(progress(run, 9, 2), progress(run, 10, 2)));
    run.commit(Stream.of(run.topics().checkpoints().record("run", checkpoint(5))));
    run.commit(Stream.of(run.topics().checkpoints().record("other", checkpoint(7))));
    run.commit(Stream.of(run.topics().checkpoints().record("run", checkpoint(10))));
    run.commit(Stream.of(run.topics().evaluations().record("run", evaluation(10))));
    return run;
  }

  private static Topics.Run own(TestRun run) {
    return run.topics().run("run");
  }

  private static CurriculumSequence sequence(long ordinal) {
    boolean twice = ordinal == 24 || ordinal == 71;
    Segment own = new Segment("d" + ordinal, new LogPosition(1, 100 + ordinal), 0, 3, true);
    Segment other = new Segment("twice", new LogPosition(2, 7L), ordinal == 24 ? 0 : 3, 3, true);
    return new CurriculumSequence(
        ordinal,
        0,
        "text",
        ordinal,
        0,
        new TokenSequence(
            "s" + ordinal,
            "text",
            List.of(1, 2, 3, 4, 5, 6),
            twice ? List.of(own, other) : List.of(own),
            8,
            Map.of(),
            ""));
  }

  /** Ten ordinals from step 4 on, since two of them were passed over there. */
  private static ProducerRecord<byte[], byte[]> progress(TestRun run, long step, int attempt) {
    long first = step <= 4 ? step * 8 - 8 : step * 8 - 6;
    TrainingProgress progress =
        Records.step(step)
            .setAttempt(attempt)
            .setFirstOrdinal(first)
            .setNextOrdinal(first + (step == 4 ? 10 : 8))
            .setSkipped(step == 6 ? "loss is NaN" : null)
            .setPassedOver(step == 4 ? List.of(new OrdinalRange(24L, 26L)) : List.of())
            .build();
    return own(run).progress().record("run", progress);
  }

  private static CheckpointPublished checkpoint(long step) {
    return Records.checkpoint(step).setNextOrdinal(step * 8 + 2).setNextOffset(step * 10).build();
  }

  /** Of the checkpoint in the third transaction: each has two offsets. */
  private static EvaluationResult evaluation(long step) {
    return Records.evaluation(step)
        .setCheckpointOffset(4)
        .setOffsets(Map.of("text", List.of(new LogPosition(0, 3L))))
        .build();
  }

  private static Ran ask(TestRun run, String... question) {
    String state = run.runFile().resolveSibling("state").toString();
    return run.command(
        Stream.concat(Stream.of("lineage", "--dir", state), Stream.of(question))
            .toArray(String[]::new));
  }

  private static List<JsonNode> lineage(String question, String value) {
    return lineage(run, question, value);
  }

  private static List<JsonNode> lineage(TestRun run, String question, String value) {
    Ran ran = ask(run, question, value, "--json");
    assertEquals(0, ran.exit(), ran.err());
    return ran.out().lines().map(LineageCommandTest::json).toList();
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (Exception e) {
      throw new IllegalStateException(line, e);
    }
  }

  private static List<String> told(List<JsonNode> lines, String... fields) {
    return lines.stream()
        .map(line -> String.join(" ", Stream.of(fields).map(f -> line.at(f).asText()).toList()))
        .toList();
  }

  @Test
  void namesTheDocumentsOfAStepAndWhichItPassedOver() {
    List<JsonNode> lines = lineage("--step", "4");
    assertEquals(
        List.of("24 d24 false", "24 twice false", "25 d25 false", "26 d26 true"),
        told(lines.subList(0, 4), "/ordinal", "/document", "/trained"));
    assertEquals(11, lines.size()); // Ten ordinals, one of two documents.
    assertEquals("1 124", told(lines, "/raw/partition", "/raw/offset").get(0));
    assertTrue(told(lineage("--step", "6"), "/trained").stream().allMatch("false"::equals));
  }

  @Test
  void namesTheStepsOfADocumentAndWhatHasSeenIt() {
    List<JsonNode> lines = lineage("--document", "twice");
    assertEquals(
        List.of(
            "segment 4 24 false 0", "segment 9 71 true 3", "checkpoint 10   ", "evaluation 10   "),
        told(lines, "/kind", "/step", "/ordinal", "/trained", "/start"));
    assertEquals(List.of("5", "10"), told(lineage("--document", "d5"), "/step").subList(1, 3));
    lines = lineage("--document", "d85"); // Released, and no step took it yet.
    assertEquals(
        List.of("segment null 85 false"), told(lines, "/kind", "/step", "/ordinal", "/trained"));
  }

  @Test
  void goesFromAnEvaluationToItsCheckpointItsStepsAndOffsets() {
    List<JsonNode> lines = lineage("--evaluation", "0");
    assertEquals(
        List.of("evaluation 0", "checkpoint 4", "steps ", "held-out "),
        told(lines, "/kind", "/offset"));
    assertEquals("file:///step-10", lines.get(1).path("uri").asText());
    assertEquals(
        "1 10 0 82 100",
        told(lines, "/first", "/last", "/firstOrdinal", "/nextOrdinal", "/nextOffset").get(2));
    assertEquals(3, lines.get(3).at("/offsets/0/offset").asInt());
  }

  /** What was read is not even there any more, but for the sequences from the place before. */
  @Test
  void readsOnlyWhatIsNew(TestKafka broker, @TempDir Path elsewhere) throws Exception {
    TestRun growing = train(broker, elsewhere);
    lineage(growing, "--step", "1");
    forget(growing, own(growing).curriculum(), 64 + 64 / 9); // A marker after every nine.
    forget(growing, own(growing).progress(), ALL);
    growing.commit(Stream.of(own(growing).curriculum().record(90L, sequence(90))));
    growing.commit(Stream.of(progress(growing, 11, 2)));
    assertEquals(List.of("11"), told(lineage(growing, "--document", "d89"), "/step"));
    assertEquals(8, lineage(growing, "--step", "11").size());
    assertEquals(List.of("null"), told(lineage(growing, "--document", "d90"), "/step"));
  }

  private static void forget(TestRun run, Topic<?, ?> topic, long before) throws Exception {
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    try (Admin admin = run.kafka().admin()) {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before))).all().get();
    }
  }

  @Test
  void saysInALineThatThereIsNoSuchThing() {
    Map<List<String>, String> questions =
        Map.of(
            List.of("--step", "12"), "millrace: the run has no step 12",
            List.of("--document", "x"), "millrace: nothing of document x is in the curriculum",
            List.of("--evaluation", "7"), "millrace: no evaluation of the run is at offset 7");
    questions.forEach(
        (question, answer) -> {
          Ran ran = ask(run, question.get(0), question.get(1));
          assertEquals(List.of(answer), ran.errors(), ran.err());
          assertEquals(1, ran.exit());
        });
  }

  @Test
  void printsATable() {
    Ran ran = ask(run, "--document", "twice");
    List<String> lines = ran.out().lines().toList();
    assertEquals(
        "         4         24       3  2:7            text          twice  (not trained on)",
        lines.get(1));
    assertEquals("checkpoint of step 10  file:///step-10", lines.get(3));
  }
}
