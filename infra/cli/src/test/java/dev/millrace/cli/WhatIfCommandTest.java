package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.refinery.Outcome;
import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.stream.RefineryProgress;
import dev.millrace.refinery.stream.RefineryService;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.schemas.RawDocument;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class WhatIfCommandTest {
  private static final String STAGES =
      "refinery: {stages: [extraction, normalisation, language, gopher-quality, fineweb], ";

  /** Documents of 5 to 160 words, ten a line, whose lines end in a full stop more or less often. */
  private static List<RawDocument> corpus() {
    List<String> words =
        List.of("the", "mill", "and", "of", "water", "that", "have", "river", "with", "stones");
    Random random = new Random(7);
    List<RawDocument> corpus = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      StringBuilder text = new StringBuilder();
      int length = 5 + random.nextInt(155);
      for (int w = 1; w <= length; w++) {
        text.append(words.get(random.nextInt(words.size())));
        boolean full = random.nextInt(8) > i / 4 % 8;
        text.append(w % 10 > 0 ? " " : full ? ".\n" : "\n");
      }
      corpus.add(raw("d" + i, i % 4 == 0 ? "code" : "news", text.toString()));
    }
    return corpus;
  }

  private static RawDocument raw(String id, String domain, String text) {
    ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    return new RawDocument(id, domain, null, "text/plain", "UTF-8", content, null, Map.of());
  }

  /** And none is missed where the dropped documents got more partitions than the others. */
  @Test
  void countsWhatARealRunOfTheOtherFileMoves(TestKafka broker, @TempDir Path directory)
      throws Exception {
    TestRun run = run(broker, directory);
    assertEquals(0, run.command("topics", "grow", "documents.dropped", "7").exit());
    Path other =
        Files.writeString(
            directory.resolve("other.yaml"),
            STAGES
                + "gopherQuality: {wordsMin: 80}, language: {scoreMin: 0}, fineweb: {linePunctuationMin: 0.3},"
                + " domains: {code: {gopherQuality: {wordsMin: 20}, fineweb: {linePunctuationMin: 0.05}}}}\n"
                + "heldOut: {fraction: 0}");
    List<RawDocument> corpus = corpus();
    refine(run, directory, corpus);
    Map<String, Long> expected =
        expected(
            new RefineryChain(RunContext.of(Optional.of(run.runFile()), directory).refinery()),
            new RefineryChain(RunContext.of(Optional.of(other), directory).refinery()),
            corpus);
    assertTrue(expected.size() >= 3, expected::toString);

    Ran ran = run.command("explain", "--what-if", other.toString(), "--json");
    assertEquals(0, ran.exit(), ran.err());
    Map<String, Long> counted = new TreeMap<>();
    for (String line : ran.out().lines().toList()) {
      JsonNode move = new ObjectMapper().readTree(line);
      String name = move.get("domain").asText() + ": " + move.get("from").asText() + " -> ";
      counted.put(name + move.get("to").asText(), move.get("documents").asLong());
    }
    assertEquals(expected, counted);

    Ran table = run.command("explain", "--what-if", other.toString());
    long moved = expected.values().stream().mapToLong(n -> n).sum();
    assertTrue(table.out().contains(moved + " of 120 documents would move"), table.out());
  }

  @Test
  void saysWhatCannotBeJudgedAndRefusesARunFileThatDidNotRefine(
      TestKafka broker, @TempDir Path directory) throws Exception {
    TestRun run = run(broker, directory);
    String twice = "the very same mill that stands beside the river. ".repeat(12);
    refine(run, directory, List.of(raw("a", "news", twice), raw("b", "news", twice)));
    Path other =
        Files.writeString(
            directory.resolve("other.yaml"),
            "refinery: {stages: [extraction, normalisation, gopher-quality, c4]}\n"
                + "heldOut: {fraction: 0.5}");
    Ran ran = run.command("explain", "--what-if", other.toString());
    assertEquals(0, ran.exit(), ran.err());
    List<String> lines = ran.out().lines().toList();
    assertEquals(
        List.of(
            "0 of 2 documents would move",
            "c4 in news is not judged: it was not in the run file, so nothing was measured",
            "1 documents in news that exact-duplicate.document dropped are not judged",
            "what is held out is not judged: its settings are others"),
        lines.subList(1, lines.size()));
    String settings = Files.readString(run.runFile());
    Files.writeString(run.runFile(), settings.replace("fraction: 0", "fraction: 0.1"));
    Ran refused = run.command("explain", "--what-if", other.toString());
    assertEquals(1, refused.exit());
    assertTrue(refused.errors().get(0).contains("was refined with other settings"), refused.err());
  }

  private static TestRun run(TestKafka broker, Path directory) throws Exception {
    TestRun run = TestRun.in(directory, broker);
    Files.writeString(
        run.runFile(),
        """
        topicPrefix: %s
        kafka: {bootstrap.servers: "%s"}
        %s gopherQuality: {wordsMin: 50}, language: {scoreMin: 0}}
        heldOut: {fraction: 0}
        """
            .formatted(run.topics().prefix(), broker.bootstrap(), STAGES));
    run.createTopics();
    return run;
  }

  private static void refine(TestRun run, Path directory, List<RawDocument> corpus)
      throws Exception {
    RunContext context = RunContext.of(Optional.of(run.runFile()), directory);
    RefineryService service =
        new RefineryService(
            run.kafka(),
            run.topics(),
            context.refinery(),
            context.settings().heldOut(),
            context.settings().stream(),
            "a",
            directory.resolve("state"),
            new SimpleMeterRegistry());
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(
            () -> {
              try {
                service.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task, "refinery").start());
    try (RefineryProgress progress = new RefineryProgress(run.kafka(), run.topics())) {
      run.commit(corpus.stream().map(d -> run.topics().raw().record(d.getId(), d)));
      Await.until("refined", Duration.ofMinutes(2), progress::caughtUp);
    } finally {
      service.stop();
      end.get(60, TimeUnit.SECONDS);
    }
  }

  /** By judging every text again: a rule passes where the other chain measured it and went on. */
  private static Map<String, Long> expected(
      RefineryChain before, RefineryChain after, List<RawDocument> corpus) {
    Map<String, Long> moves = new TreeMap<>();
    for (RawDocument raw : corpus) {
      String from = end(before.judge(source(raw)));
      Outcome outcome = after.judge(source(raw));
      String to = end(outcome);
      boolean kept = from.equals("refined");
      if (from.equals(to) || (!kept && !outcome.text().signals().containsKey(from))) continue;
      String move = from + " -> " + (kept ? to : Rejudging.UNKNOWN_BEYOND);
      moves.merge(raw.getDomain() + ": " + move, 1L, Long::sum);
    }
    return moves;
  }

  private static String end(Outcome outcome) {
    return outcome instanceof Outcome.Dropped dropped ? dropped.drop().rule() : "refined";
  }

  private static SourceDocument source(RawDocument raw) {
    return new SourceDocument(
        raw.getId(),
        raw.getDomain(),
        Optional.empty(),
        raw.getMediaType(),
        Optional.of(raw.getCharset()),
        raw.getContent().array(),
        Map.of());
  }
}
