package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.Millrace;
import dev.millrace.cli.RunContext;
import dev.millrace.dashboard.Funnel;
import dev.millrace.refinery.stream.RefineryCounts;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Browser;
import dev.millrace.testkit.ChildJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole flow as a user runs it: {@code millrace up} in one process, {@code millrace ingest} in
 * another, perplexity out of a topic. Then law 2 and law 5: from an evaluation to its checkpoint,
 * to the sequences it was trained on, to the documents, none of which was held out.
 */
class FromPushToPerplexityTest {
  private static final int STEPS = 30;
  private static final int SIGTERM_EXIT = 143; // What a JVM says after an orderly end by SIGTERM.
  private static final List<String> EMPTY = List.of("dead-letters", "raw.json", "retracted");
  private static final Topics TOPICS = new Topics("millrace.");
  private static final Topics.Run RUN = TOPICS.run("tiny");

  private static final String RUN_FILE =
      """
      name: tiny
      domains: [left, right]
      refinery: {stages: [normalisation, gopher-quality, pii]}
      heldOut: {fraction: 0.1}
      stream: {commitInterval: 200ms, standbyReplicas: 0}
      tokenizer: {vocabularySize: 400, learnFrom: 200k}
      packing: {openBins: 2}
      curriculum: {lead: 64, phases: [{mixture: {left: 2, right: 1}}]}
      model: {layers: 2, heads: 2, width: 32, contextLength: 64}
      training: {learningRate: 3e-3, warmupSteps: 5, maxSteps: %d, saveSteps: 15, perDeviceTrainBatchSize: 8}
      evaluation: {heldOutTokens: 2_000, heldOutWait: 5s, prompts: [The], sampleTokens: 8}
      dashboard: {port: 0}
      """
          .formatted(STEPS);

  @Test
  void perplexityComesOutOfWhatWasPushedIn(@TempDir Path directory) throws Exception {
    Path runFile = Files.writeString(directory.resolve("run.yaml"), RUN_FILE);
    TestCorpus corpus = new TestCorpus(11);
    try (ChildJvm up = start(directory, "up", runFile)) {
      Await.until(
          "a broker", Duration.ofSeconds(60), () -> broker(directory).isPresent() || !up.isAlive());
      KafkaConnection kafka = KafkaConnection.to(broker(directory).orElseThrow());
      up.awaitLine("metrics and health at", Duration.ofSeconds(60));
      order(directory, 1, "skip", "40-47", "--id", "skip", "--wait", "PT0.1S"); // Nobody runs yet.
      order(directory, 1, "mixture", "right=1", "left=1", "--id", "mix", "--wait", "PT0.1S");
      for (String domain : List.of("left", "right")) {
        Path input = directory.resolve(domain + ".jsonl");
        corpus.write(input, domain + "-", 600);
        push(directory, runFile, domain, input);
      }
      List<EvaluationResult> results = awaitLast(kafka, up);
      assertPerplexityFalls(results);
      assertLineage(kafka, results.get(results.size() - 1));
      assertObeyed(directory);
      assertLineageByCommand(directory, kafka);
      assertSameAsJson(kafka, results);
      assertTimeoutPreemptively(
          Duration.ofSeconds(30), () -> assertSameOnThePage(up, kafka, results));
      assertSameInABrowser(up, kafka, RunContext.of(Optional.of(runFile), directory));
      assertEveryTopicCanBeRead(directory);
      up.terminate();
      assertEquals(SIGTERM_EXIT, up.awaitExit(Duration.ofSeconds(90)), up.output());
    }
    Await.until(
        "the broker to end with its parent",
        Duration.ofSeconds(60),
        () -> broker(directory).isEmpty());
  }

  private static ChildJvm start(Path directory, String command, Path runFile, String... more) {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of("--run", runFile.toString(), "--dir", directory.toString()));
    line.addAll(List.of(more));
    return ChildJvm.of(Millrace.class)
        .jvmOptions("-Xmx1g", "-Dai.djl.offline=true")
        .environment("OPT_OUT_TRACKING", "true")
        .arguments(line.toArray(String[]::new))
        .start(directory.resolve(command + "-" + System.nanoTime() + ".log"));
  }

  private static Optional<String> broker(Path directory) {
    return EmbeddedBroker.running(directory.resolve("broker"));
  }

  private static void push(Path directory, Path runFile, String domain, Path input) {
    try (ChildJvm ingest =
        start(directory, "ingest", runFile, "--domain", domain, input.toString())) {
      assertEquals(0, ingest.awaitExit(Duration.ofSeconds(60)), ingest.output());
    }
  }

  /** Numbers of the dashboard's first events are those of the topics. */
  private static void assertSameOnThePage(
      ChildJvm up, KafkaConnection kafka, List<EvaluationResult> results) throws Exception {
    List<JsonNode> evaluations = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    String funnel = Funnel.json(RefineryCounts.read(kafka, TOPICS)).toString();
    HttpRequest events = HttpRequest.newBuilder(URI.create(page(up) + "events")).build();
    try (Stream<String> lines =
        HttpClient.newHttpClient().send(events, HttpResponse.BodyHandlers.ofLines()).body()) {
      Iterator<String> line = lines.filter(l -> l.startsWith("data: {")).iterator();
      // What was counted while nobody looked may be old: a newer count follows within seconds.
      while (evaluations.size() < results.size()
          || !funnel.equals(whole.path("funnel").toString())) {
        JsonNode news = new ObjectMapper().readTree(line.next().substring("data: ".length()));
        news.path("evaluations").forEach(evaluations::add);
        if (news.has("funnel")) whole.set("funnel", news.get("funnel"));
        if (news.path("stepsAnew").asBoolean()) steps.clear();
        news.at("/steps/step").forEach(step -> steps.add(step.asLong()));
      }
    }
    for (int i = 0; i < results.size(); i++) {
      for (int set = 0; set < 2; set++) {
        SetEvaluation expected = results.get(i).getSets().get(set);
        JsonNode shown = evaluations.get(i).get("sets").get(set);
        assertEquals(expected.getTokenPerplexity(), shown.get("tokenPerplexity").asDouble());
      }
    }
    assertEquals(LongStream.rangeClosed(1, STEPS).boxed().toList(), steps);
  }

  private static String page(ChildJvm up) {
    Matcher page = Pattern.compile("dashboard of run tiny: (http\\S+)").matcher(up.output());
    assertTrue(page.find(), up.output());
    return page.group(1);
  }

  private static void assertSameInABrowser(ChildJvm up, KafkaConnection kafka, RunContext run) {
    Optional<Browser> browser = Browser.startIfThere();
    if (browser.isEmpty()) return;
    try (Browser chromium = browser.get()) {
      Page page = chromium.page(1280, 1400, ColorScheme.LIGHT);
      page.navigate(page(up));
      PageOfRun.atRest(kafka, run).assertIs(page);
    }
  }

  private static List<EvaluationResult> awaitLast(KafkaConnection kafka, ChildJvm up) {
    Await.until(
        "the last step's evaluation",
        Duration.ofMinutes(3),
        () -> {
          assertTrue(up.isAlive(), up::output);
          return evaluations(kafka).stream().anyMatch(e -> e.getStep() == STEPS);
        });
    return evaluations(kafka);
  }

  private static List<EvaluationResult> evaluations(KafkaConnection kafka) {
    List<EvaluationResult> results = new ArrayList<>();
    kafka.scan(TOPICS.evaluations(), record -> results.add(record.value()));
    return results;
  }

  private static void assertPerplexityFalls(List<EvaluationResult> results) {
    assertEquals(List.of(0L, 15L, 30L), results.stream().map(EvaluationResult::getStep).toList());
    for (EvaluationResult result : results) {
      assertEquals(EvaluationStatus.EVALUATED, result.getStatus(), result.getReason());
      assertEquals(2, result.getSets().size());
    }
    for (int set = 0; set < 2; set++) {
      SetEvaluation first = results.get(0).getSets().get(set);
      SetEvaluation last = results.get(2).getSets().get(set);
      assertTrue(first.getTokenPerplexity() > 300, "at step 0 it knows nothing: " + first);
      assertTrue(last.getTokenPerplexity() < 0.6 * first.getTokenPerplexity(), last.toString());
      assertEquals(last.getNll() / (last.getBytes() * Math.log(2)), last.getBitsPerByte(), 1e-12);
    }
  }

  private static void assertLineage(KafkaConnection kafka, EvaluationResult evaluation) {
    List<CheckpointPublished> checkpoints = new ArrayList<>();
    kafka.scan(
        TOPICS.checkpoints(),
        record -> {
          if (record.offset() == evaluation.getCheckpointOffset()) checkpoints.add(record.value());
        });
    assertEquals(evaluation.getCheckpoint(), checkpoints.get(0).getUri());
    List<CurriculumSequence> trainedOn = new ArrayList<>();
    kafka.scan(
        RUN.curriculum(),
        record -> {
          if (record.value().getOrdinal() < checkpoints.get(0).getNextOrdinal()) {
            trainedOn.add(record.value());
          }
        });
    assertEquals(STEPS * 8L + 8, trainedOn.size()); // Eight of them were skipped.
    for (int i = 0; i < trainedOn.size(); i++) assertEquals(i, trainedOn.get(i).getOrdinal());
    Set<String> seen =
        trainedOn.stream()
            .flatMap(s -> s.getSequence().getSegments().stream())
            .map(segment -> segment.getDocumentId())
            .collect(Collectors.toSet());
    assertTrue(ids(kafka, TOPICS.refined()).containsAll(seen));
    Set<String> heldOut = ids(kafka, TOPICS.heldOut());
    assertFalse(heldOut.isEmpty());
    assertTrue(seen.stream().noneMatch(heldOut::contains), "trained on what was held out");
  }

  /** The same ids again are the same commands: what became of them is told. */
  private static void assertObeyed(Path directory) {
    assertEquals(
        List.of("skip: ordinals 40 to 47 are passed over"),
        order(directory, 0, "skip", "40-47", "--id", "skip"));
    assertEquals(
        List.of("mixture: {left=1.0, right=1.0} from ordinal 0 on"),
        order(directory, 0, "mixture", "right=1", "--id", "mix"));
  }

  private static List<String> order(Path directory, int exit, String... command) {
    List<String> line = new ArrayList<>(List.of("control"));
    line.addAll(List.of(command));
    return run(directory, exit, line);
  }

  /** From the evaluation to its steps, to the documents of one, to the steps of these. */
  private static void assertLineageByCommand(Path directory, KafkaConnection kafka)
      throws Exception {
    long[] offset = {-1};
    kafka.scan(TOPICS.evaluations(), record -> offset[0] = record.offset());
    JsonNode steps =
        lineage(directory, "--evaluation", Long.toString(offset[0])).stream()
            .filter(line -> line.path("kind").asText().equals("steps"))
            .findFirst()
            .orElseThrow();
    assertEquals(STEPS, steps.path("last").asLong());
    assertEquals(STEPS * 8L + 8, steps.path("nextOrdinal").asLong());
    Set<String> refined = ids(kafka, TOPICS.refined());
    Set<Long> skipped = new HashSet<>();
    for (JsonNode segment : lineage(directory, "--step", "6")) {
      assertTrue(refined.contains(segment.path("document").asText()), segment.toString());
      if (!segment.path("trained").asBoolean()) skipped.add(segment.path("ordinal").asLong());
    }
    assertEquals(LongStream.rangeClosed(40, 47).boxed().collect(Collectors.toSet()), skipped);
    JsonNode last = lineage(directory, "--step", "30").get(0);
    List<JsonNode> back = lineage(directory, "--document", last.path("document").asText());
    assertTrue(back.contains(last), back::toString);
    assertEquals("evaluation", back.get(back.size() - 1).path("kind").asText());
  }

  private static List<JsonNode> lineage(Path directory, String question, String value)
      throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run(directory, 0, List.of("lineage", question, value, "--json"))) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private static Set<String> ids(KafkaConnection kafka, Topic<String, RefinedDocument> topic) {
    Set<String> ids = new HashSet<>();
    kafka.scan(topic, record -> ids.add(record.value().getId()));
    return ids;
  }

  private static void assertSameAsJson(KafkaConnection kafka, List<EvaluationResult> results)
      throws Exception {
    List<String> json = new ArrayList<>();
    kafka.scan(TOPICS.evaluationsJson(), record -> json.add(record.value()));
    assertEquals(results.size(), json.size());
    JsonNode last = new ObjectMapper().readTree(json.get(json.size() - 1));
    EvaluationResult same = results.get(results.size() - 1);
    assertEquals(same.getStep(), last.get("step").asLong());
    assertEquals(
        same.getSets().get(0).getBitsPerByte(),
        last.get("sets").get(0).get("bitsPerByte").asDouble());
  }

  /** By the command that people look with; where nothing happened there is nothing to show. */
  private static void assertEveryTopicCanBeRead(Path directory) throws Exception {
    List<Topic<?, ?>> all =
        Stream.concat(TOPICS.all().stream(), RUN.all(List.of("left", "right")).stream()).toList();
    for (Topic<?, ?> topic : all) {
      List<String> lines = tail(topic, directory);
      int expected = EMPTY.stream().anyMatch(topic.name()::endsWith) ? 0 : 1;
      assertEquals(expected, lines.size(), topic.name());
      for (String line : lines) {
        JsonNode record = new ObjectMapper().readTree(line);
        assertTrue(record.hasNonNull("offset") && record.hasNonNull("value"), line);
        assertFalse(record.has("error"), line);
      }
    }
  }

  /** The last record, if there is one. */
  private static List<String> tail(Topic<?, ?> topic, Path directory) {
    return run(directory, 0, List.of("tail", topic.name(), "--max", "1"));
  }

  /** In this JVM; returns what it prints. */
  private static List<String> run(Path directory, int exit, List<String> command) {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(
        List.of("--run", directory.resolve("run.yaml").toString(), "--dir", directory.toString()));
    PrintStream out = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertEquals(exit, Millrace.run(arguments.toArray(String[]::new)), command::toString);
    } finally {
      System.setOut(out);
    }
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
