package dev.millrace.tokenization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.AvroSerde;
import dev.millrace.schemas.Hash128;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.streams.StreamsFailedException;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import dev.millrace.tokenizer.Tokenizer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class TokenizationServiceTest {
  private static final List<String> DOMAINS = List.of("news", "code");
  private static final PackingConfig CONFIG = new PackingConfig(4, 0.95, 100_000, 1);
  private static final int CONTEXT = 64;
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** In a JVM of its own, to be killed. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      try (TokenizationService service =
          service(
              KafkaConnection.to(arguments[0]),
              new Topics(arguments[1]),
              Tokenizer.read(Path.of(arguments[2])),
              Path.of(arguments[3]))) {
        service.run();
      }
    }
  }

  @TempDir Path directory;
  private final KafkaConnection kafka;
  private final String bootstrap;

  TokenizationServiceTest(TestKafka kafka) {
    this.kafka = KafkaConnection.to(kafka.bootstrap());
    bootstrap = kafka.bootstrap();
  }

  @Test
  void killedAgainAndAgainItPacksEveryDocumentOnceAndAsIfNothingHadHappened() throws Exception {
    long seed = System.nanoTime();
    System.out.println("kills of the tokenization, seed " + seed);
    Random random = new Random(seed);
    Topics topics = createTopics("killed.");
    Tokenizer tokenizer = Europarl.tokenizer(directory, 1000);
    List<String> speeches = Europarl.speeches(1500);
    int kills = 2;
    int pushed = 0;
    for (int kill = 0; kill <= kills; kill++) {
      try (ChildJvm child = start(topics, kill)) {
        int end = speeches.size() * (kill + 1) / (kills + 1);
        long before = written(topics);
        push(topics, speeches, pushed, end);
        pushed = end;
        if (kill == kills) {
          try (TokenizationService asking = service(kafka, topics, tokenizer, directory)) {
            Await.until("all is packed", PATIENCE, () -> !child.isAlive() || asking.caughtUp());
          }
          assertTrue(child.isAlive(), child::output);
        } else {
          long goal = before + 1 + random.nextInt(1000); // In the midst of a transaction.
          Await.until("it writes", PATIENCE, () -> !child.isAlive() || written(topics) >= goal);
          assertTrue(child.isAlive(), child::output);
        }
        child.kill9();
      }
    }
    assertSameAsComputedAtOnce(topics, tokenizer);
    assertEveryDocumentOnce(topics, tokenizer);
  }

  /** What the stream wrote is what plain code makes of each partition, in order. */
  private void assertSameAsComputedAtOnce(Topics topics, Tokenizer tokenizer) {
    Map<String, TokenSequence> expected = new TreeMap<>();
    Map<Integer, Expectation> partitions = new HashMap<>();
    kafka.scan(
        topics.refined(),
        record ->
            partitions
                .computeIfAbsent(record.partition(), p -> new Expectation(p, tokenizer))
                .pack(record.value(), expected));
    Map<String, TokenSequence> actual = new TreeMap<>();
    for (String domain : DOMAINS) {
      kafka.scan(
          topics.run("r").sequences(domain),
          record -> {
            assertEquals(record.value().getId(), record.key());
            TokenSequence twice = actual.put(record.key(), record.value());
            assertTrue(twice == null, () -> "twice: " + record.key());
          });
    }
    assertTrue(expected.size() > 1000, () -> expected.size() + " sequences");
    assertEquals(expected.keySet(), actual.keySet());
    assertEquals(expected, actual);
  }

  /** The stage without the stream. */
  private static final class Expectation {
    private final int partition;
    private final Tokenizer tokenizer;
    private final Map<String, Packer> packers = new HashMap<>();
    private final Map<String, Integer> counters = new HashMap<>();
    private final Unigrams unigrams;
    private final DifficultySignals signals;

    Expectation(int partition, Tokenizer tokenizer) {
      this.partition = partition;
      this.tokenizer = tokenizer;
      unigrams = new Unigrams(tokenizer.vocabularySize(), CONFIG.unigramTokens());
      signals = new DifficultySignals(tokenizer, unigrams);
    }

    void pack(RefinedDocument document, Map<String, TokenSequence> into) {
      String domain = document.getDomain();
      if (!DOMAINS.contains(domain)) return;
      Packer packer = packers.computeIfAbsent(domain, d -> new Packer(CONFIG, CONTEXT));
      int[] tokens = new DocumentTokens(tokenizer).of(document.getText());
      unigrams.learn(tokens);
      Origin origin = Origin.of(document.getOrigin());
      for (Piece piece : Piece.cut(document.getId(), origin, tokens, 0.5, packer.capacity())) {
        for (Bin bin : packer.add(piece).closed()) {
          String id =
              domain + "/" + partition + "/" + (counters.merge(domain, 1, Integer::sum) - 1);
          into.put(id, Sequences.of(id, domain, bin, signals.of(bin.pieces()), tokenizer.id()));
        }
      }
    }
  }

  /** By a reader of its own: sequences and the waiting pieces spell each document. */
  private void assertEveryDocumentOnce(Topics topics, Tokenizer tokenizer) throws Exception {
    Map<String, RefinedDocument> documents = new HashMap<>();
    kafka.scan(
        topics.refined(),
        record -> {
          if (!DOMAINS.contains(record.value().getDomain())) return;
          documents.put(record.value().getId(), record.value());
        });
    Map<String, NavigableMap<Integer, int[]>> found = new HashMap<>();
    for (String domain : DOMAINS) {
      kafka.scan(topics.run("r").sequences(domain), record -> collect(record.value(), found));
    }
    Map<String, TokenSequence> waiting = waiting(topics);
    waiting.values().forEach(sequence -> collect(sequence, found));
    assertEquals(documents.keySet(), found.keySet());
    found.forEach(
        (id, pieces) -> {
          List<Integer> spelled = new ArrayList<>();
          pieces.forEach(
              (start, tokens) -> {
                assertTrue(start == 0 ? spelled.isEmpty() : start == spelled.size() - 1, id);
                Arrays.stream(tokens).skip(start == 0 ? 0 : 1).forEach(spelled::add);
              });
          List<Integer> expected = new ArrayList<>(List.of(tokenizer.endOfText()));
          Arrays.stream(tokenizer.encode(documents.get(id).getText())).forEach(expected::add);
          assertEquals(expected, spelled, id);
        });
    Map<String, PackingCounts> counts = PackingCounts.committed(kafka, topics, "r");
    for (String domain : DOMAINS) {
      PackingCounts count = counts.get(domain);
      long of = documents.values().stream().filter(d -> d.getDomain().equals(domain)).count();
      long wait = waiting.values().stream().filter(w -> w.getDomain().equals(domain)).count();
      assertEquals(of, count.documents());
      assertEquals(wait, count.waitingDocuments());
      assertEquals(of - wait, count.packedDocuments());
    }
  }

  private static void collect(
      TokenSequence sequence, Map<String, NavigableMap<Integer, int[]>> found) {
    int at = 0;
    for (Segment segment : sequence.getSegments()) {
      int[] tokens =
          sequence.getTokens().subList(at, at + segment.getLength()).stream()
              .mapToInt(Integer::intValue)
              .toArray();
      at += segment.getLength();
      int[] twice =
          found
              .computeIfAbsent(segment.getDocumentId(), id -> new TreeMap<>())
              .put(segment.getStart(), tokens);
      assertTrue(twice == null, () -> "twice: " + segment);
    }
    assertEquals(sequence.getTokens().size(), at);
  }

  private Map<String, TokenSequence> waiting(Topics topics) {
    String name =
        TokenizationService.applicationId(topics, "r") + "-" + WaitingPieces.STORE + "-changelog";
    Topic<String, TokenSequence> changelog =
        new Topic<>(
            name, Serdes.String(), AvroSerde.of(TokenSequence.class), Topic.SHARED, Map.of());
    Map<String, TokenSequence> latest = new HashMap<>();
    kafka.scan(
        changelog,
        record -> {
          String key = record.partition() + " " + record.key();
          if (record.value() == null) latest.remove(key);
          else latest.put(key, record.value());
        });
    return latest;
  }

  @Test
  void saysWhenItHasCaughtUpAndStopsWhenAsked() throws Exception {
    Topics topics = createTopics("stopped.");
    Tokenizer tokenizer = Europarl.tokenizer(directory, 600);
    push(topics, Europarl.speeches(50), 0, 50);
    TokenizationService service = service(kafka, topics, tokenizer, directory.resolve("state"));
    assertFalse(service.caughtUp());
    CompletableFuture<Void> running = start(service);
    Await.until("it has caught up", PATIENCE, () -> running.isDone() || service.caughtUp());
    assertFalse(running.isDone());
    assertEquals(
        34, // Of 50 every third is of no domain of the run.
        PackingCounts.committed(kafka, topics, "r").values().stream()
            .mapToLong(PackingCounts::documents)
            .sum());
    push(topics, Europarl.speeches(60), 50, 60);
    Await.until("it has caught up again", PATIENCE, service::caughtUp);
    service.stop();
    service.stop();
    running.get();
    service.close();
  }

  @Test
  void refusesToGoOnWithAnotherContextLength() throws Exception {
    Topics topics = createTopics("changed.");
    Tokenizer tokenizer = Europarl.tokenizer(directory, 600);
    push(topics, Europarl.speeches(20), 0, 20);
    TokenizationService service = service(kafka, topics, tokenizer, directory.resolve("state"));
    CompletableFuture<Void> running = start(service);
    Await.until("it has caught up", PATIENCE, service::caughtUp);
    service.stop();
    running.get();
    service.close();
    TokenizationService changed =
        new TokenizationService(
            kafka,
            topics,
            "r",
            DOMAINS,
            CONFIG,
            2 * CONTEXT,
            tokenizer,
            directory.resolve("state"),
            new SimpleMeterRegistry());
    String refusal = assertThrows(StreamsFailedException.class, changed::run).getMessage();
    assertTrue(refusal.contains("context length 64; a run that uses"), refusal);
  }

  @Test
  void refusesToLoseWhatRetentionHasTaken() throws Exception {
    Topics topics = createTopics("expired.");
    Tokenizer tokenizer = Europarl.tokenizer(directory, 600);
    push(topics, Europarl.speeches(20), 0, 20);
    try (Admin admin = kafka.admin()) {
      Positions.begin(
          admin, TokenizationService.applicationId(topics, "r"), topics.refined().name(), true);
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(topics.refined().name(), 0), RecordsToDelete.beforeOffset(3)))
          .all()
          .get();
    }
    TokenizationService service = service(kafka, topics, tokenizer, directory.resolve("state"));
    String refusal = assertThrows(StreamsFailedException.class, service::run).getMessage();
    assertTrue(refusal.contains(topics.refined().name() + "-0"), refusal);
  }

  @Test
  void hasNoCountsBeforeItBegan() throws Exception {
    assertEquals(Map.of(), PackingCounts.committed(kafka, new Topics("never."), "r"));
  }

  private static CompletableFuture<Void> start(TokenizationService service) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            service.run();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private ChildJvm start(Topics topics, int number) {
    return ChildJvm.of(Main.class)
        .jvmOptions("-Xmx256m", "-Dai.djl.offline=true")
        .arguments(
            bootstrap,
            topics.prefix(),
            directory.resolve("tokenizer.json").toString(),
            directory.resolve("state").toString())
        .start(directory.resolve("tokenization-" + number + ".log"));
  }

  private static TokenizationService service(
      KafkaConnection kafka, Topics topics, Tokenizer tokenizer, Path state) {
    return new TokenizationService(
        kafka, topics, "r", DOMAINS, CONFIG, CONTEXT, tokenizer, state, new SimpleMeterRegistry());
  }

  private Topics createTopics(String prefix) throws Exception {
    Topics topics = new Topics(prefix);
    List<Topic<?, ?>> all = new ArrayList<>(topics.run("r").all(DOMAINS));
    all.addAll(List.of(topics.refined(), topics.retracted(), topics.deadLetters()));
    try (Admin admin = kafka.admin()) {
      admin
          .createTopics(
              all.stream()
                  .map(
                      t ->
                          new NewTopic(t.name(), t.partitions(PARTITIONS), (short) 1)
                              .configs(t.settings()))
                  .toList())
          .all()
          .get();
      KafkaConnection.awaitLeaders(admin, all.stream().map(t -> t.name()).toList());
    }
    return topics;
  }

  /** Speeches of the run's domains in turn, every third of another; each in its partition. */
  private void push(Topics topics, List<String> speeches, int from, int to) {
    List<String> domains = List.of("news", "code", "elsewhere");
    try (Producer<byte[], byte[]> producer =
        kafka.transactionalProducer(topics.prefix() + "test")) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = from; i < to; i++) {
        RefinedDocument document =
            RefinedDocument.newBuilder()
                .setId("d" + i)
                .setDomain(domains.get(i % 3))
                .setText(speeches.get(i))
                .setContentHash(new Hash128(new byte[16]))
                .setOrigin(new LogPosition(i % PARTITIONS, (long) i))
                .build();
        ProducerRecord<byte[], byte[]> record =
            topics.refined().record(i % PARTITIONS, "d" + i, document);
        record.headers().add("origin", (i % 2 + ":" + i).getBytes(StandardCharsets.US_ASCII));
        var unused = producer.send(record); // What goes wrong, the commit says.
      }
      producer.commitTransaction();
    }
  }

  /** Sequences written, committed or not. */
  private long written(Topics topics) throws Exception {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (String domain : DOMAINS) {
      ends.put(
          new TopicPartition(topics.run("r").sequences(domain).name(), 0), OffsetSpec.latest());
    }
    try (Admin admin = kafka.admin()) {
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(end -> end.offset())
          .sum();
    }
  }
}
