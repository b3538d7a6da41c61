package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class ClassifierCommandTest {
  private static final int DOCUMENTS = 60;

  private final TestKafka broker;
  @TempDir Path folder;
  private String mills;
  private String wheels;

  ClassifierCommandTest(TestKafka broker) {
    this.broker = broker;
  }

  @BeforeEach
  void writeDocuments() throws IOException {
    mills = file("mills.jsonl", lines(ClassifierCommandTest::mill));
    Path packed = folder.resolve("wheels.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(lines(ClassifierCommandTest::wheel).getBytes(UTF_8));
    }
    wheels = packed.toString();
  }

  private static String mill(int i) {
    return "the mill number " + "x".repeat(i + 1);
  }

  private static String wheel(int i) {
    return "a wheel number " + "x".repeat(i + 1);
  }

  private static String lines(IntFunction<String> text) {
    return IntStream.range(0, DOCUMENTS)
        .mapToObj(i -> "{\"id\": \"%d\", \"text\": \"%s\"}\n".formatted(i, text.apply(i)))
        .collect(Collectors.joining());
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private Path out() {
    return folder.resolve("out.classifier");
  }

  private Ran train(String... more) {
    return Ran.of(
        Stream.concat(Stream.of("classifier", "train", "--out", out().toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private static JsonNode json(String line) throws IOException {
    return new ObjectMapper().readTree(line);
  }

  @Test
  void learnsFromTwoFilesAndScores() throws Exception {
    Ran ran = train("--positive", mills, "--negative", wheels, "--buckets", "2^12", "--json");
    assertEquals(0, ran.exit(), ran.err());
    JsonNode report = json(ran.out());
    assertEquals(1, report.get("auc").asDouble());
    assertEquals("wheels.jsonl.gz", report.get("negative").get("name").asText());
    JsonNode positive = report.get("positive");
    assertEquals(DOCUMENTS, positive.get("learntFrom").asInt() + positive.get("heldOut").asInt());
    assertTrue(positive.get("heldOut").asInt() > 0);

    String documents =
        file(
            "new.jsonl", "{\"id\": \"m\", \"text\": \"The mill.\"}\n{}\n{\"text\": \"a wheel\"}\n");
    Ran scored = Ran.of("classifier", "score", "--classifier", out().toString(), documents);
    assertEquals(1, scored.exit());
    List<String> lines = scored.out().lines().toList();
    assertEquals(3, lines.size(), scored.out());
    assertEquals("m", json(lines.get(0)).get("id").asText());
    assertTrue(json(lines.get(0)).get("score").asDouble() > 0.5, lines.get(0));
    assertTrue(json(lines.get(1)).get("reason").asText().contains("line 2"), lines.get(1));
    assertTrue(json(lines.get(2)).get("score").asDouble() < 0.5, lines.get(2));
  }

  @Test
  void printsATableForPeople() {
    Ran ran = train("--positive", mills, "--negative", wheels, "--buckets", "4096");
    assertEquals(0, ran.exit(), ran.err());
    for (String said : new String[] {"accuracy 1.0000", "AUC 1.0000", "base rate 0.", "scoreMax"}) {
      assertTrue(ran.out().contains(said), ran.out());
    }
  }

  @Test
  void writesTheSameBytesForTheSameSeed() throws Exception {
    assertEquals(0, train("--positive", mills, "--negative", wheels).exit());
    byte[] first = Files.readAllBytes(out());
    assertEquals(0, train("--positive", mills, "--negative", wheels).exit());
    assertArrayEquals(first, Files.readAllBytes(out()));
  }

  @Test
  void bothStagesLoadTheFile() throws Exception {
    assertEquals(0, train("--positive", mills, "--negative", wheels).exit());
    String documents = file("new.jsonl", "{\"text\": \"a wheel\"}\n{\"text\": \"the mill\"}\n");
    String yaml = "refinery: {stages: [%1$s], %2$s: {%3$s: out.classifier}}";
    String good =
        file("good.yaml", yaml.formatted("quality-classifier", "qualityClassifier", "file"));
    Ran kept = Ran.of("explain", "--run", good, documents);
    assertEquals(0, kept.exit(), kept.err());
    List<String> verdicts = kept.out().lines().toList();
    assertEquals("quality-classifier.score-min", json(verdicts.get(0)).get("rule").asText());
    assertEquals("keep", json(verdicts.get(1)).get("verdict").asText());
    String toxic = file("toxic.yaml", yaml.formatted("toxicity", "toxicity", "classifier"));
    verdicts = Ran.of("explain", "--run", toxic, documents).out().lines().toList();
    assertEquals("keep", json(verdicts.get(0)).get("verdict").asText());
    assertEquals("toxicity.classifier", json(verdicts.get(1)).get("rule").asText());
  }

  @Test
  void learnsFromTopicsOfRefinedDocuments() throws Exception {
    TestRun run = TestRun.in(folder, broker);
    run.createTopics();
    Topics topics = run.topics();
    run.commit(
        Stream.of(
                IntStream.range(0, DOCUMENTS)
                    .mapToObj(i -> record(topics.refined(), "mills", i, mill(i))),
                IntStream.range(0, DOCUMENTS)
                    .mapToObj(i -> record(topics.refined(), "wheels", i, wheel(i))),
                IntStream.range(0, DOCUMENTS)
                    .mapToObj(i -> record(topics.heldOut(), "wheels", i, wheel(i))))
            .flatMap(records -> records));
    Ran domains =
        run.command(
            "classifier",
            "train",
            "--out",
            out().toString(),
            "--json",
            "--positive",
            "documents.refined",
            "--positive-domain",
            "mills",
            "--negative",
            topics.refined().name(),
            "--negative-domain",
            "wheels");
    assertEquals(0, domains.exit(), domains.err());
    assertEquals(1, json(domains.out()).get("auc").asDouble());
    assertEquals(
        "documents.refined, mills", json(domains.out()).get("positive").get("name").asText());
    Ran fileAndTopic =
        run.command(
            "classifier",
            "train",
            "--out",
            out().toString(),
            "--json",
            "--documents-max",
            "40",
            "--positive",
            mills,
            "--negative",
            "documents.held-out");
    assertEquals(0, fileAndTopic.exit(), fileAndTopic.err());
    JsonNode negative = json(fileAndTopic.out()).get("negative");
    assertEquals(40, negative.get("learntFrom").asInt() + negative.get("heldOut").asInt());
  }

  private static ProducerRecord<byte[], byte[]> record(
      Topic<String, RefinedDocument> topic, String domain, int i, String text) {
    RefinedDocument document =
        RefinedDocument.newBuilder()
            .setId(Integer.toString(i))
            .setDomain(domain)
            .setText(text)
            .setSignals(Map.of())
            .setContentHash(new Hash128(new byte[16]))
            .setOrigin(new LogPosition(0, (long) i))
            .build();
    return topic.record(i % 2, Integer.toString(i), document);
  }

  private void refused(int exit, String said, String... more) {
    Ran ran = train(more);
    assertEquals(exit, ran.exit(), ran.err());
    assertEquals(1, ran.errors().size(), ran.err());
    assertTrue(ran.errors().get(0).contains(said), ran.err());
    assertTrue(Files.notExists(out()));
  }

  @Test
  void wrongUseIsOneLine() {
    refused(2, "neither a file nor a topic", "--positive", mills, "--negative", "nosuch");
    refused(2, "is not a file", "--positive", folder.toString(), "--negative", wheels);
    for (String[] option :
        new String[][] {
          {"--buckets", "1000"},
          {"--buckets", "2^40"},
          {"--buckets", "2^x"},
          {"--epochs", "0"},
          {"--learning-rate", "NaN"},
          {"--l2", "-1"},
          {"--test-fraction", "0"},
          {"--test-fraction", "1"},
          {"--documents-max", "0"}
        }) {
      refused(2, "", "--positive", mills, "--negative", wheels, option[0], option[1]);
    }
  }

  @Test
  void badInputIsOneLine() throws Exception {
    String broken = file("broken.jsonl", "{\"text\": \"mill\"}\n{\"txt\": \"mill\"}\n");
    refused(1, "broken.jsonl, byte 17: line 2", "--positive", broken, "--negative", wheels);
    String empty = file("empty.jsonl", "");
    refused(1, "no documents in empty.jsonl", "--positive", mills, "--negative", empty);
    String one = file("one.jsonl", "{\"text\": \"mill\"}\n");
    refused(1, "one.jsonl", "--positive", mills, "--negative", one);
  }

  @Test
  void aDamagedClassifierIsNamed() throws Exception {
    String damaged = file("damaged.classifier", "millrace-classifier 1\n");
    Ran ran = Ran.of("classifier", "score", "--classifier", damaged, mills);
    assertEquals(1, ran.exit());
    assertEquals(1, ran.errors().size(), ran.err());
    assertTrue(ran.errors().get(0).contains(damaged + " is no classifier"), ran.err());
    String run =
        file(
            "run.yaml",
            "refinery: {stages: [toxicity], toxicity: {classifier: damaged.classifier}}");
    Ran explained = Ran.of("explain", "--run", run, mills);
    assertEquals(1, explained.exit());
    assertTrue(explained.errors().get(0).contains(damaged + " is no classifier"), explained.err());
  }
}
