package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.runtime.config.RunFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong use and bad input: one clear line, the right exit code. */
class CommandTest {
  @TempDir Path directory;

  private String file(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  @Test
  void everyCommandHasHelp() {
    for (String command :
        List.of(
            "demo",
            "init",
            "config",
            "up",
            "topics",
            "ingest",
            "refine",
            "tokenize",
            "curriculum",
            "train",
            "evaluate",
            "dashboard",
            "explain",
            "tail",
            "status",
            "watch",
            "lineage",
            "retract",
            "control",
            "tokenizer",
            "classifier",
            "checkpoint",
            "score",
            "generate",
            "plan")) {
      Ran ran = Ran.of(command, "--help");
      assertEquals(0, ran.exit(), command);
      assertTrue(ran.out().startsWith("Usage: millrace " + command), ran.out());
    }
  }

  @Test
  void saysItsVersion() {
    assertTrue(Ran.of("--version").out().matches("millrace [0-9.]+\\R"));
  }

  @Test
  void anUnknownCommandIsWrongUse() {
    assertEquals(2, Ran.of("trian").exit());
    assertEquals(1, Ran.of("trian").errors().size());
  }

  @Test
  void everyProblemOfARunFileIsReportedAtOnce() throws Exception {
    String runFile = file("run.yaml", "nmae: x\ntraining: {learningRate: -1, fp16: true}\n");
    Ran ran = Ran.of("config", "--run", runFile);
    assertEquals(2, ran.exit());
    assertEquals(2, ran.errors().size(), ran.err());
    assertTrue(ran.err().contains("nmae") && ran.err().contains("name"), ran.err());
    assertTrue(ran.err().contains("run.yaml:1"), ran.err());
  }

  @Test
  void aRunFileThatIsNotThereIsNamed() {
    Ran ran = Ran.of("config", "--run", directory.resolve("none.yaml").toString());
    assertEquals(2, ran.exit());
    assertTrue(ran.errors().get(0).contains("none.yaml"), ran.err());
  }

  @Test
  void aLeadThatTheTrainerCouldOutrunIsRefused() throws Exception {
    String runFile =
        file("run.yaml", "curriculum: {lead: 15}\ntraining: {perDeviceTrainBatchSize: 8}\n");
    assertTrue(Ran.of("config", "--run", runFile).err().contains("lead must be at least"));
  }

  @Test
  void anAbsentBrokerIsOneLine() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String runFile =
        file("run.yaml", "kafka: {bootstrap.servers: \"127.0.0.1:%d\"}\n".formatted(port));
    Ran ran = Ran.of("status", "--run", runFile);
    assertEquals(1, ran.exit());
    assertEquals(
        List.of("millrace: no Kafka broker answers at 127.0.0.1:%d within 10 s".formatted(port)),
        ran.errors());
  }

  @Test
  void noBrokerAtAllSaysWhatToDo() {
    Ran ran = Ran.of("status", "--dir", directory.resolve("empty").toString());
    assertEquals(1, ran.exit());
    assertTrue(ran.errors().get(0).contains("'millrace up' starts one"), ran.err());
  }

  @Test
  void explainGivesALineForALine() throws Exception {
    String documents =
        file(
            "documents.jsonl",
            """
            {"id": "short", "text": "Too short."}
            {"id": "a", "text": "%1$s"}
            not json
            {"id": "c", "domain": "text"}
            {"id": "b", "text": "%1$s"}
            """
                .formatted(prose()));
    Ran ran = Ran.of("explain", "--near-dedup", "--stages", "gopher-quality,pii", documents);
    assertEquals(1, ran.exit(), ran.err());
    List<JsonNode> lines = ran.out().lines().map(CommandTest::json).toList();
    assertEquals(5, lines.size());
    assertEquals("gopher-quality.words-min", lines.get(0).get("rule").asText());
    assertEquals(2, lines.get(0).get("measured").asInt());
    assertEquals(50, lines.get(0).get("threshold").asInt());
    assertEquals("keep", lines.get(1).get("verdict").asText());
    assertEquals("error", lines.get(2).get("verdict").asText());
    assertTrue(lines.get(2).get("id").isNull());
    assertEquals("error", lines.get(3).get("verdict").asText());
    assertEquals("c", lines.get(3).get("id").asText());
    assertEquals("exact-duplicate.document", lines.get(4).get("rule").asText());
    assertEquals("a", lines.get(4).get("duplicateOf").asText());
  }

  @Test
  void explainPrintsNothingBesideItsLinesWhateverLibrariesLog() throws Exception {
    String runFile =
        file("run.yaml", "refinery: {stages: [pii], pii: {kinds: [phone], phoneRegions: [US]}}\n");
    String documents = file("d.jsonl", "{\"text\": \"Call 202 555 0143, or +1 202 555 0143.\"}\n");
    for (String format : List.of("text", "json")) {
      Ran ran = Ran.of("explain", "--log-format", format, "--run", runFile, documents);
      assertEquals("", ran.err());
      assertEquals(2, json(ran.out()).get("redactions").size(), ran.out());
    }
  }

  private static String prose() {
    return "It was late in the year and the people of the village had to think of what they would do"
        + " with all that they had brought in from the fields, for there was more of it than they"
        + " could use and the road to the market that they knew was closed by snow until the"
        + " spring came back to them again at last.";
  }

  @Test
  void aStageThatDoesNotExistIsNamedWithThoseThatDo() throws Exception {
    Ran ran = Ran.of("explain", "--stages", "gopher", file("d.jsonl", ""));
    assertEquals(2, ran.exit());
    assertTrue(ran.errors().get(0).contains("gopher-quality"), ran.err());
  }

  /** Else it would keep everything without a word. */
  @Test
  void aStageThatTheRunFileDoesNotListIsRefused() throws Exception {
    Ran ran = Ran.of("explain", "--stages", "pii,c4", file("d.jsonl", "{\"text\": \"Short.\"}\n"));
    assertEquals(2, ran.exit());
    assertEquals("", ran.out());
    assertEquals(
        List.of(
            "millrace: the run file does not judge by c4: add it to refinery.stages, now [extraction,"
                + " normalisation, language, gopher-quality, gopher-repetition, pii]"),
        ran.errors());
    String one = file("one.yaml", "refinery: {domains: {web: {stages: [c4]}}}\n");
    Ran listed = Ran.of("explain", "--run", one, "--stages", "c4", file("d.jsonl", ""));
    assertEquals(0, listed.exit(), listed.err());
  }

  /** Nobody is asked about Kafka first: there is none. */
  @Test
  void optionsThatIngestDoesNotKnowAreWrongUse() throws Exception {
    String input = file("d.jsonl", "");
    assertWrongUse("no format is named foo", "ingest", "--format", "foo", input);
    assertWrongUse("limited to between 1", "ingest", "--document-bytes-max", "0", input);
    assertWrongUse("counts from 1", "ingest", "--text-column", "0", input);
    assertWrongUse("no pattern", "ingest", "--entries", "[", input);
    String runFile = file("two.yaml", "domains: [left, right]\n");
    assertWrongUse("say --domain", "ingest", "--run", runFile, input);
  }

  @Test
  void aTopicThatTheRunDoesNotHaveIsWrongUse() {
    assertWrongUse("documents.raw", "tail", "nosuch");
    assertWrongUse("--max", "tail", "documents.raw", "--max", "-1");
  }

  private static void assertWrongUse(String said, String... arguments) {
    Ran ran = Ran.of(arguments);
    assertEquals(2, ran.exit(), ran.err());
    assertEquals(1, ran.errors().size(), ran.err());
    assertTrue(ran.errors().get(0).contains(said), ran.err());
  }

  @Test
  void theRunFileThatInitWritesIsValid() throws Exception {
    String yaml = InitCommand.text(List.of("news", "code"));
    assertEquals(
        List.of("news", "code"),
        RunFile.parse(yaml, "run.yaml", RunSettings.class).value().domains());
  }

  @Test
  void aTokenizerIsLearntFromFilesAndEncodes() throws Exception {
    String text = file("text.txt", "the cat and the hat and the bat\n".repeat(50));
    Path out = directory.resolve("tokenizer.json");
    Ran ran = Ran.of("tokenizer", "train", "--vocab", "270", "--out", out.toString(), text);
    assertEquals(0, ran.exit(), ran.err());
    assertTrue(Files.readString(out).contains("<|endoftext|>"));
  }

  @Test
  void scoringWhatIsNoCheckpointIsOneLine() throws Exception {
    Ran ran =
        Ran.of("score", "--checkpoint", directory.toString(), "--text", file("t.txt", "hello"));
    assertEquals(1, ran.exit());
    assertEquals(1, ran.errors().size(), ran.err());
  }

  @Test
  void scoringNoneOfTheTokensIsWrongUse() throws Exception {
    Ran ran =
        Ran.of(
            ("score --masked-every 0 --checkpoint d --text " + file("t.txt", "hello")).split(" "));
    assertEquals(2, ran.exit());
    assertEquals(List.of("millrace: --masked-every must be at least 1: 0"), ran.errors());
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (Exception e) {
      throw new IllegalStateException(line, e);
    }
  }

  @Test
  void logsAreJsonObjectsWhereThatIsWanted() throws Exception {
    Ran ran =
        Ran.of("--verbose", "--log-format", "json", "status", "--run", file("run.yaml", NOWHERE));
    for (String line : logs(ran)) {
      JsonNode event = json(line);
      assertTrue(event.path("timestamp").asLong() > 0, line);
      assertTrue(event.has("level") && event.has("loggerName"), line);
      assertTrue(event.has("formattedMessage"), line);
    }
  }

  @Test
  void aServicesLogSaysOfWhichServiceAndRunItIs() throws Exception {
    Path runFile = Path.of(file("run.yaml", "name: mill\n" + NOWHERE));
    for (String line :
        logs(Ran.of(("--verbose --log-format json train --run " + runFile).split(" ")))) {
      JsonNode whose = json(line).at("/context/properties");
      assertEquals(
          "trainer of mill",
          whose.path("service").asText() + " of " + whose.path("run").asText(),
          line);
    }
  }

  private static List<String> logs(Ran ran) {
    List<String> logs =
        ran.err().lines().takeWhile(line -> !line.startsWith("millrace: ")).toList();
    assertTrue(logs.size() > 0, ran.err());
    return logs;
  }

  private static final String NOWHERE = "kafka: {bootstrap.servers: \"nowhere.invalid:1\"}";
}
