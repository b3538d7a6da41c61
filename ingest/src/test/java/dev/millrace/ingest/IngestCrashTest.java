package dev.millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.ingest.IngestOptions.BatchLimit;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.schemas.IngestProgress;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills whatever can be killed, and counts. */
@WithKafka
class IngestCrashTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Pattern COMMITTED = Pattern.compile("committed (\\d+)");
  private static final IngestOptions SMALL =
      new IngestOptions(
          ReadOptions.of("web"),
          new BatchLimit(25, 16 << 20, Duration.ofSeconds(1)),
          false,
          PATIENCE);
  private static final int LINES = 3000;
  private static final int DAMAGED_LINES = 30;
  private static final int FILES = 60;

  @TempDir Path folder;
  private final List<String> expected = new ArrayList<>();

  @Test
  void losesNothingAndRepeatsNothingWhenKilled(TestKafka kafka) throws IOException {
    killAndRestart(kafka, 4);
  }

  @Test
  @Tag("long")
  void losesNothingAndRepeatsNothingWhenKilledFortyTimes(TestKafka kafka) throws IOException {
    killAndRestart(kafka, 40);
  }

  private void killAndRestart(TestKafka kafka, int kills) throws IOException {
    long seed = System.nanoTime();
    System.out.printf("kill -9 of an ingest, %d times: seed %d%n", kills, seed);
    Random random = new Random(seed);
    Path corpus = writeCorpus();
    Log log = Log.fresh(kafka);
    for (int i = 0; i < kills; i++) {
      int documentsPerTransaction = 1 + random.nextInt(40);
      try (ChildJvm child = start(log, kafka, corpus, documentsPerTransaction, i)) {
        int enough = random.nextInt(2 * expected.size() / kills);
        Await.until(
            "the child has committed " + enough,
            PATIENCE,
            () -> committed(child) >= enough || !child.isAlive());
        child.kill9();
      }
    }
    try (ChildJvm child = start(log, kafka, corpus, 1000, kills)) {
      assertEquals(0, child.awaitExit(PATIENCE), child.output());
    }
    assertComplete(log);
  }

  private ChildJvm start(Log log, TestKafka kafka, Path corpus, int documents, int number) {
    return ChildJvm.of(IngestChild.class)
        .jvmOptions("-Xmx256m")
        .arguments(
            kafka.bootstrap(),
            log.topics().prefix(),
            Integer.toString(documents),
            corpus.toString())
        .start(folder.resolve("child-" + number + ".log"));
  }

  private static int committed(ChildJvm child) {
    int last = 0;
    for (Matcher m = COMMITTED.matcher(child.output()); m.find(); ) {
      last = Integer.parseInt(m.group(1));
    }
    return last;
  }

  @Test
  void goesOnWhenItsBrokerIsKilledAndComesBack() throws Exception {
    Path corpus = writeCorpus();
    Path data = folder.resolve("broker");
    EmbeddedBroker broker = EmbeddedBroker.start(data);
    try {
      Log log = Log.create(broker.bootstrap(), "t.");
      Heard heard = new Heard();
      CompletableFuture<IngestReport> push = push(log, SMALL, corpus, heard);
      awaitCommitted(heard, push, 200);
      broker.kill();
      awaitOutage(heard);
      broker = EmbeddedBroker.start(data);
      awaitCommitted(heard, push, 1500);
      broker.kill();
      broker = EmbeddedBroker.start(data);
      IngestReport report = push.get();
      assertEquals(expected.size(), report.documents());
      assertEquals(DAMAGED_LINES, report.damaged());
      assertEquals(0, report.alreadyThere());
      assertEquals(DAMAGED_LINES, heard.damage.size());
      assertComplete(log);
    } finally {
      broker.close();
    }
  }

  /** Marks of earlier pushes do not count, those of this one do. */
  @Test
  void pushesEverythingOnceMoreAndNotTwiceWhenItsBrokerIsKilledMeanwhile() throws Exception {
    Path corpus = writeCorpus();
    Path data = folder.resolve("broker");
    EmbeddedBroker broker = EmbeddedBroker.start(data);
    try {
      Log log = Log.create(broker.bootstrap(), "t.");
      log.push(SMALL, Input.of(corpus));
      Heard heard = new Heard();
      CompletableFuture<IngestReport> push = push(log, SMALL.fromTheStart(), corpus, heard);
      awaitCommitted(heard, push, 200);
      broker.kill();
      awaitOutage(heard);
      broker = EmbeddedBroker.start(data);
      IngestReport report = push.get();
      assertEquals(expected.size(), report.documents());
      assertEquals(0, report.alreadyThere());
      expected.addAll(List.copyOf(expected));
      assertEquals(expected.stream().sorted().toList(), log.ids());
    } finally {
      broker.close();
    }
  }

  /** By clients that notice soon that a broker is gone. */
  private static CompletableFuture<IngestReport> push(
      Log log, IngestOptions options, Path corpus, Heard heard) {
    Map<String, Object> impatient = new HashMap<>(log.kafka().properties());
    impatient.put("max.block.ms", "3000");
    impatient.put("request.timeout.ms", "2000");
    impatient.put("delivery.timeout.ms", "3000");
    Ingest ingest = new Ingest(new KafkaConnection(impatient), log.topics(), options);
    return CompletableFuture.supplyAsync(() -> ingest.push(List.of(Input.of(corpus)), heard));
  }

  private static void awaitOutage(Heard heard) {
    Await.until(
        "the push has noticed",
        PATIENCE,
        () -> heard.notes.stream().anyMatch(n -> n.startsWith("waiting for Kafka")));
  }

  private static void awaitCommitted(
      Heard heard, CompletableFuture<IngestReport> push, long documents) {
    Await.until(
        "the push has committed " + documents,
        PATIENCE,
        () -> {
          if (push.isCompletedExceptionally()) push.join(); // And throws what it threw.
          return heard;
        },
        h -> h.snapshots.stream().anyMatch(s -> s.documents() >= documents));
  }

  private void assertComplete(Log log) {
    assertEquals(expected.stream().sorted().toList(), log.ids());
    List<IngestProgress> marks = log.marks().values().stream().toList();
    assertEquals(expected.size(), marks.stream().mapToLong(IngestProgress::getDocuments).sum());
    assertEquals(DAMAGED_LINES, marks.stream().mapToLong(IngestProgress::getDamaged).sum());
    assertEquals(marks.size(), marks.stream().filter(IngestProgress::getComplete).count());
  }

  /** Lines, compressed lines, damaged lines and small files. */
  private Path writeCorpus() throws IOException {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    Files.writeString(corpus.resolve("a.jsonl"), lines("a"));
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(corpus.resolve("b.jsonl.gz")))) {
      out.write(lines("b").getBytes(UTF_8));
    }
    Path files = Files.createDirectories(corpus.resolve("c"));
    for (int i = 0; i < FILES; i++) {
      Path file = Files.writeString(files.resolve("file-%03d.txt".formatted(i)), "text " + i);
      expected.add(corpus.toRealPath().toUri() + "c/" + file.getFileName());
    }
    return corpus;
  }

  private String lines(String name) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      String id = "%s-%05d".formatted(name, i);
      expected.add(id);
      lines.append("{\"id\": \"%s\", \"text\": \"text of %s\"}\n".formatted(id, id));
      if (i % (2 * LINES / DAMAGED_LINES) == 7) lines.append("damaged\n");
    }
    return lines.toString();
  }
}
