package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.Millrace;
import dev.millrace.refinery.classifier.ClassifierFile;
import dev.millrace.refinery.classifier.ClassifierTrainer;
import dev.millrace.refinery.classifier.Training;
import dev.millrace.refinery.stream.DomainCounts;
import dev.millrace.refinery.stream.RefineryCounts;
import dev.millrace.refinery.text.Words;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Law 1 under fire: the refinery, the broker and the ingest are killed (SIGKILL) at random moments
 * while documents are pushed and judged by every stage, and another refinery joins and leaves. In
 * the end every raw record is refined, held out, dropped or dead, exactly once, as counted by a
 * reader of bytes and headers that shares no code with the counters.
 */
class ConservationUnderFireTest {
  private static final Topics TOPICS = new Topics("millrace.");
  private static final int POISON = 25;
  private static final String UNKNOWN = "unknown"; // The domain of what names none.
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final int SIGKILL_EXIT = 137;
  private static final int PUSHES_MAX = 12;

  /** What the corpus has for each stage that drops; every one must have done so. */
  private static final Set<String> RULES =
      Set.of(
          "ccnet.characters-min",
          "gopher-quality.stop-words-min",
          "quality-classifier.score-min",
          "line-dedup.characters-kept-min",
          "contamination.ngram",
          "exact-duplicate.document",
          "exact-duplicate.uri",
          "near-duplicate.minhash");

  /** Each of them at least once in every round. */
  private static final List<String> VICTIMS = List.of("broker", "ingest", "refinery");

  @Test
  void nothingIsLostOrDoubled(@TempDir Path directory) throws Exception {
    rounds(directory, 1, 4_000);
  }

  @Test
  @Tag("long")
  void nothingIsLostOrDoubledInTwentyRounds(@TempDir Path directory) throws Exception {
    rounds(directory, 20, 6_000);
  }

  private static void rounds(Path directory, int rounds, int documents) throws Exception {
    long seed = Long.getLong("millrace.test.seed", new Random().nextLong());
    System.out.printf("conservation: %d rounds, millrace.test.seed=%d%n", rounds, seed);
    Random random = new Random(seed);
    for (int round = 0; round < rounds; round++) {
      long roundSeed = random.nextLong();
      System.out.printf("round %d of %d, seed %d%n", round + 1, rounds, roundSeed);
      Path folder = Files.createDirectories(directory.resolve("round-" + round));
      try (Fire fire = new Fire(folder, documents, roundSeed)) {
        fire.burn();
        fire.countTheRecords();
      }
    }
  }

  /** One round: a broker of its own, a refinery and a push, and somebody who kills them. */
  private static final class Fire implements AutoCloseable {
    private final Path folder;
    private final Random random;
    private final int documents;
    private final Path runFile;
    private final Map<String, Path> inputs = new TreeMap<>();
    private final Map<String, Integer> kills = new TreeMap<>();
    private EmbeddedBroker broker;
    private ChildJvm refinery;
    private int children;

    Fire(Path folder, int documents, long seed) throws Exception {
      this.folder = folder;
      this.documents = documents;
      random = new Random(seed);
      TestCorpus corpus = new TestCorpus(seed);
      String exam = corpus.good();
      Files.writeString(folder.resolve("exam.txt"), exam);
      trainClassifier(corpus);
      for (String domain : List.of("left", "right")) {
        inputs.put(domain, folder.resolve(domain + ".jsonl"));
        corpus.writeEveryKind(inputs.get(domain), domain + "-", documents / 2, exam);
      }
      broker = EmbeddedBroker.start(folder.resolve("broker"));
      runFile = folder.resolve("run.yaml");
      Files.writeString(
          runFile,
          """
          domains: [left, right]
          kafka: {bootstrap.servers: "%s"}
          refinery:
            stages: [extraction, normalisation, url, language, ccnet, gopher-quality, gopher-repetition, c4,
                     fineweb, toxicity, quality-classifier, line-dedup, contamination, pii]
            pii: {kinds: [email, ipv4, ipv6, private-key, api-key, iban, payment-card, us-ssn, phone]}
            qualityClassifier: {file: good.classifier}
            contamination: {sets: {exam: exam.txt}}
            dedup: {uris: true}
            domains:
              right: {stages: [extraction, normalisation, code, gopher-quality, pii], code: {lineLengthMax: 1000000, meanLineLengthMax: 1000000}}
          heldOut: {fraction: 0.05}
          stream: {commitInterval: 200ms, standbyReplicas: 0}
          """
              .formatted(broker.bootstrap()));
      assertEquals(0, Millrace.run("topics", "create", "--run", runFile.toString()));
      poison();
    }

    /** A tiny one, which knows advertising by its words. */
    private void trainClassifier(TestCorpus corpus) throws Exception {
      ClassifierTrainer trainer = new ClassifierTrainer(new Training(4_096, 5, 1, 1e-6, 0));
      for (int i = 0; i < 50; i++) {
        trainer.add(Words.of(corpus.good()), true);
        trainer.add(Words.of(corpus.advertising()), false);
      }
      ClassifierFile.write(trainer.train("good", "advertising"), folder.resolve("good.classifier"));
    }

    /** Bytes that are no document, in a domain that their header names and in none. */
    @SuppressWarnings("FutureReturnValueIgnored") // A send that failed fails the commit.
    private void poison() {
      try (Producer<byte[], byte[]> producer = kafka().transactionalProducer("poison")) {
        producer.initTransactions();
        producer.beginTransaction();
        for (int i = 0; i < POISON; i++) {
          byte[] bytes = new byte[random.nextInt(60)];
          random.nextBytes(bytes);
          ProducerRecord<byte[], byte[]> record =
              new ProducerRecord<>(
                  TOPICS.raw().name(), ("poison" + i).getBytes(StandardCharsets.UTF_8), bytes);
          if (i % 2 == 0) record.headers().add("domain", "left".getBytes(StandardCharsets.UTF_8));
          producer.send(record);
        }
        producer.commitTransaction();
      }
    }

    private KafkaConnection kafka() {
      return KafkaConnection.to(broker.bootstrap());
    }

    void burn() {
      List<String> victims = new ArrayList<>(VICTIMS);
      Collections.shuffle(victims, random);
      int first = random.nextInt(victims.size() + 1); // So many while the first domain is pushed.
      refinery = start("refine", "--instance", "fire");
      push("left", new ArrayDeque<>(victims.subList(0, first)));
      ChildJvm guest = start("refine", "--instance", "guest");
      push("right", new ArrayDeque<>(victims.subList(first, victims.size())));
      leave(guest);
      while (!killRefinery()) pause(); // Also while it works off what is left.
      try {
        Await.until("everything has found its end", PATIENCE, this::allDecided);
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + tail(refinery.output()), e);
      }
      System.out.println("killed " + kills);
      assertEquals(Set.copyOf(VICTIMS), kills.keySet(), "each must be killed");
    }

    /** Pushes until a push comes through and every victim was killed meanwhile. */
    private void push(String domain, Deque<String> victims) {
      for (int i = 0; i < PUSHES_MAX; i++) {
        try (ChildJvm ingest = start("ingest", "--domain", domain, inputs.get(domain).toString())) {
          while (!victims.isEmpty() && ingest.isAlive()) {
            pause();
            if (kill(victims.element(), ingest)) victims.remove();
          }
          int exit = ingest.awaitExit(PATIENCE);
          if (exit == 0 && victims.isEmpty()) return;
          System.out.println("ingest ended with " + exit + ": " + tail(ingest.output()));
        }
      }
      throw new AssertionError("no push of " + domain + " came through; left to kill: " + victims);
    }

    /** False where there was nothing left to kill. */
    private boolean kill(String victim, ChildJvm ingest) {
      switch (victim) {
        case "broker" -> killBroker();
        case "refinery" -> {
          return killRefinery();
        }
        default -> {
          ingest.kill9();
          if (ingest.awaitExit(PATIENCE) != SIGKILL_EXIT) return false; // It was through already.
          kills.merge("ingest", 1, Integer::sum);
        }
      }
      return true;
    }

    private static void leave(ChildJvm guest) {
      guest.terminate();
      guest.awaitExit(PATIENCE);
      guest.close();
    }

    private void killBroker() {
      broker.kill();
      kills.merge("broker", 1, Integer::sum);
      pause();
      broker = EmbeddedBroker.start(folder.resolve("broker"));
    }

    /** False where it had ended by itself, having begun while there was no broker. */
    private boolean killRefinery() {
      refinery.kill9();
      int exit = refinery.awaitExit(PATIENCE);
      String output = refinery.output();
      refinery.close();
      refinery = start("refine", "--instance", "fire");
      if (exit != SIGKILL_EXIT) {
        assertTrue(output.contains("no Kafka broker answers"), output);
        return false;
      }
      kills.merge("refinery", 1, Integer::sum);
      return true;
    }

    private void pause() {
      try {
        Thread.sleep(200 + random.nextInt(2_500)); // The random moment of the kill.
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private ChildJvm start(String command, String... arguments) {
      List<String> line = new ArrayList<>(List.of(command));
      line.addAll(List.of("--run", runFile.toString(), "--dir", folder.toString()));
      line.addAll(List.of(arguments));
      return ChildJvm.of(Millrace.class)
          .jvmOptions("-Xmx400m")
          .arguments(line.toArray(String[]::new))
          .start(folder.resolve(command + "-" + children++ + ".log"));
    }

    private static String tail(String text) {
      return text.substring(Math.max(0, text.length() - 3_000));
    }

    private boolean allDecided() {
      long decided = 0;
      for (Topic<?, ?> topic : ends()) decided += records(topic).size();
      return decided >= documents + POISON;
    }

    private static List<Topic<?, ?>> ends() {
      return List.of(TOPICS.refined(), TOPICS.heldOut(), TOPICS.dropped(), TOPICS.deadLetters());
    }

    void countTheRecords() {
      Map<String, String> domains = domainsByPlace();
      assertEquals(documents + POISON, domains.size(), "raw records");
      Map<String, String> ends = endsByPlace();
      assertEquals(domains.keySet(), ends.keySet());
      Map<String, Map<String, Long>> counted = new TreeMap<>();
      domains.forEach(
          (place, domain) ->
              counted
                  .computeIfAbsent(domain, d -> new TreeMap<>())
                  .merge(ends.get(place), 1L, Long::sum));
      System.out.println(counted);
      assertEquals(Set.of("left", "right", UNKNOWN), counted.keySet());
      assertEquals(4, Set.copyOf(ends.values()).size(), "some end was never reached: " + counted);
      assertEqualsTheCounters(counted);
    }

    /** Partition and offset of every raw record, which is its identity, and its domain. */
    private Map<String, String> domainsByPlace() {
      Set<String> keys = new HashSet<>();
      Map<String, String> domains = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : records(TOPICS.raw())) {
        assertTrue(keys.add(text(record.key())), "pushed twice: " + text(record.key()));
        domains.put(record.partition() + ":" + record.offset(), domain(record));
      }
      return domains;
    }

    /** By the key's prefix; poison by its header. */
    private static String domain(ConsumerRecord<byte[], byte[]> raw) {
      String key = text(raw.key());
      if (key.startsWith("left-")) return "left";
      if (key.startsWith("right-")) return "right";
      Header header = raw.headers().lastHeader("domain");
      return header == null ? UNKNOWN : text(header.value());
    }

    /** The one topic in which each raw record ended. */
    private Map<String, String> endsByPlace() {
      Map<String, String> decided = new HashMap<>();
      for (Topic<?, ?> end : ends()) {
        for (ConsumerRecord<byte[], byte[]> record : records(end)) {
          String origin = text(record.headers().lastHeader("origin").value());
          String before = decided.put(origin, end.name());
          assertEquals(null, before, origin + " is in " + before + " and in " + end.name());
        }
      }
      return decided;
    }

    /** What the program itself says must be the same, domain by domain. */
    private void assertEqualsTheCounters(Map<String, Map<String, Long>> counted) {
      Map<String, DomainCounts> counters = RefineryCounts.read(kafka(), TOPICS).domains();
      assertEquals(counted.keySet(), counters.keySet());
      counted.forEach((domain, ends) -> assertEqualCounts(domain, ends, counters.get(domain)));
      assertEquals(POISON, counters.values().stream().mapToLong(DomainCounts::deadLetters).sum());
      Map<String, Long> dropped = counters.get("left").dropped();
      System.out.println("dropped " + dropped);
      assertTrue(dropped.keySet().containsAll(RULES), dropped.toString());
    }

    private static void assertEqualCounts(
        String domain, Map<String, Long> counted, DomainCounts counters) {
      Map<String, Long> said = new TreeMap<>();
      said.put(TOPICS.refined().name(), counters.refined());
      said.put(TOPICS.heldOut().name(), counters.heldOut());
      said.put(TOPICS.dropped().name(), counters.droppedInAll());
      said.put(TOPICS.deadLetters().name(), counters.deadLetters());
      said.values().removeIf(count -> count == 0);
      assertEquals(counted, said, domain);
      assertEquals(
          counted.values().stream().mapToLong(n -> n).sum(), counters.raw(), domain + " raw");
      assertEquals(0, counters.inFlight(), domain + " in flight");
    }

    /** Plain bytes by a plain consumer. */
    private List<ConsumerRecord<byte[], byte[]>> records(Topic<?, ?> topic) {
      Properties config = new Properties();
      config.put("bootstrap.servers", broker.bootstrap());
      config.put("isolation.level", "read_committed");
      config.put("fetch.max.wait.ms", 10); // It leaves when the last has come.
      config.put("max.partition.fetch.bytes", 8 << 20);
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      try (Consumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo p : consumer.partitionsFor(topic.name())) {
          partitions.add(new TopicPartition(topic.name(), p.partition()));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
          consumer.poll(Duration.ofMillis(200)).forEach(all::add);
        }
      }
      return all;
    }

    private static String text(byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      if (refinery != null) refinery.close();
      broker.close();
    }
  }
}
