package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.dedup.Signer;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Near-duplicates that race over four partitions and two processes, one of which is killed while a
 * third comes and goes.
 */
@WithKafka
class NearDedupRaceTest {
  private static final int CLUSTERS = 200;
  private static final int LOOSE_CLUSTERS = 50;
  private static final int MEMBERS = 5;
  private static final int SIGTERM_EXIT = 143;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final TestKafka kafka;
  @TempDir private Path directory;
  private TestLog log;
  private final Map<String, List<String>> clusters = new HashMap<>();
  private final Map<String, String> texts = new HashMap<>();

  NearDedupRaceTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void createTopics() throws Exception {
    log = TestLog.create(kafka);
  }

  @Test
  void noClusterVanishesAndNoTwoKeptDocumentsShareAKeyInTwoRoundsWithKills() throws Exception {
    race(2);
  }

  @Test
  @Tag("long")
  void noClusterVanishesAndNoTwoKeptDocumentsShareAKeyInTenRoundsWithKills() throws Exception {
    race(10);
  }

  private void race(int rounds) throws Exception {
    long seed = Long.getLong("millrace.test.seed", new Random().nextLong());
    System.out.printf("near-dedup race: %d rounds, millrace.test.seed=%d%n", rounds, seed);
    Random random = new Random(seed);
    Map<String, ChildJvm> instances = new HashMap<>();
    try {
      for (String name : List.of("a", "b")) instances.put(name, start(name));
      for (int round = 0; round < rounds; round++) {
        List<ProducerRecord<byte[], byte[]>> corpus = corpus(round, random);
        round(corpus, instances, random);
        checkRound();
        if (round == rounds - 1) checkThatTheSameAgainAddsNothing(corpus);
      }
      instances.values().forEach(child -> assertTrue(child.isAlive(), child::output));
    } catch (AssertionError e) {
      instances.values().forEach(child -> System.out.println(child.output()));
      throw e;
    } finally {
      instances.values().forEach(ChildJvm::close);
    }
  }

  private ChildJvm start(String instance) {
    Path state = directory.resolve(instance);
    return ChildJvm.of(RefineryMain.class)
        .jvmOptions("-Xmx256m")
        .arguments(kafka.bootstrap(), log.topics().prefix(), instance, state.toString())
        .start(directory.resolve(instance + ".out"));
  }

  /** Members of a cluster in different partitions, and all of them in any order. */
  private List<ProducerRecord<byte[], byte[]>> corpus(int round, Random random) {
    Clusters source = new Clusters(random.nextLong());
    List<ProducerRecord<byte[], byte[]>> corpus = new ArrayList<>();
    for (int c = 0; c < CLUSTERS + LOOSE_CLUSTERS; c++) {
      String cluster = round + "/" + c;
      clusters.put(cluster, new ArrayList<>());
      int partition = random.nextInt(TestLog.PARTITIONS);
      int editsMax = c < CLUSTERS ? Clusters.CLOSE : Clusters.LOOSE;
      for (String text : source.cluster(MEMBERS, editsMax)) {
        String id = cluster + "/" + clusters.get(cluster).size();
        clusters.get(cluster).add(id);
        texts.put(id, text);
        corpus.add(log.raw(partition++ % TestLog.PARTITIONS, PlainRules.raw(id, "speeches", text)));
      }
    }
    Collections.shuffle(corpus, random);
    return corpus;
  }

  private void round(
      List<ProducerRecord<byte[], byte[]>> corpus, Map<String, ChildJvm> instances, Random random)
      throws Exception {
    long before = decided();
    CompletableFuture<Void> pushed =
        CompletableFuture.allOf(
            push(corpus.subList(0, corpus.size() / 2)),
            push(corpus.subList(corpus.size() / 2, corpus.size())));
    long killAfter = before + random.nextInt(corpus.size() * 3 / 4);
    Await.until("documents are decided", PATIENCE, () -> decided() >= killAfter);
    String victim = random.nextBoolean() ? "a" : "b";
    instances.get(victim).kill9();
    instances.put(victim, start(victim));
    comeAndGo("guest", before + corpus.size() / 4);
    pushed.join();
    log.awaitCaughtUp();
  }

  /** A third instance joins, gets its share of the work and leaves for good. */
  private void comeAndGo(String guest, long leaveAfter) {
    try (ChildJvm child = start(guest)) {
      Await.until("the guest has work", PATIENCE, () -> hasWork(guest));
      Await.until("documents are decided", PATIENCE, () -> decided() >= leaveAfter);
      child.terminate();
      assertEquals(SIGTERM_EXIT, child.awaitExit(PATIENCE), child.output());
    }
  }

  private boolean hasWork(String guest) {
    String group = RefineryTopology.applicationId(log.topics());
    try (Admin admin = log.connection().admin()) {
      return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
          .filter(member -> member.groupInstanceId().orElse("").contains("-" + guest + "-"))
          .anyMatch(member -> !member.assignment().topicPartitions().isEmpty());
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private CompletableFuture<Void> push(List<ProducerRecord<byte[], byte[]>> records) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            log.push(records);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private long decided() {
    return RefineryCounts.read(log.connection(), log.topics()).total().decided();
  }

  private void checkRound() {
    Map<String, RefinedDocument> kept = kept();
    Map<String, DroppedDocument> dropped = dropped();
    Set<String> all = new HashSet<>(kept.keySet());
    all.addAll(dropped.keySet());
    assertEquals(texts.keySet(), all);
    assertEquals(texts.size(), kept.size() + dropped.size());
    clusters.forEach(
        (cluster, members) ->
            assertTrue(members.stream().anyMatch(kept::containsKey), cluster + " has vanished"));
    assertNoSharedKey(kept);
    assertEquals(oneAtATime(), new TreeMap<>(kept).keySet());
    DomainCounts counts =
        RefineryCounts.read(log.connection(), log.topics()).domains().get("speeches");
    assertEquals(texts.size(), counts.raw());
    assertEquals(kept.size(), counts.refined());
    assertEquals(dropped.size(), counts.droppedInAll());
    System.out.printf(
        "  %d documents in %d clusters: %d kept%n", texts.size(), clusters.size(), kept.size());
  }

  private void assertNoSharedKey(Map<String, RefinedDocument> kept) {
    Map<Long, String> holders = new HashMap<>();
    for (String id : kept.keySet()) {
      for (long key : keys(texts.get(id))) {
        String other = holders.put(key, id);
        assertTrue(other == null, id + " and " + other + " share a key");
      }
    }
  }

  /**
   * The ids that would be kept if the candidates had come one at a time, in the order of the
   * signatures: computed with a plain map from the texts, not from the keys that were sent.
   */
  private Set<String> oneAtATime() {
    Map<Origin, String> candidates = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : log.scan(log.topics().candidates())) {
      candidates.put(
          new Origin(record.partition(), record.offset()),
          log.decode(log.topics().candidates(), record).getId());
    }
    List<ConsumerRecord<byte[], byte[]>> signatures = log.scan(log.topics().signatures());
    assertEquals(candidates.size(), signatures.size());
    Set<Long> taken = new HashSet<>();
    Set<String> kept = new java.util.TreeSet<>();
    for (ConsumerRecord<byte[], byte[]> record : signatures) {
      DedupSignature signature = log.decode(log.topics().signatures(), record);
      String id = candidates.remove(signature.candidate());
      long[] keys = keys(texts.get(id));
      assertArrayEquals(keys, signature.keys());
      boolean fresh = true;
      for (long key : keys) fresh &= !taken.contains(key);
      if (fresh) {
        for (long key : keys) taken.add(key);
        kept.add(id);
      }
    }
    return kept;
  }

  private static long[] keys(String text) {
    Words words = Words.of(text);
    return new Signer(RefineryMain.DEDUP).keys(words, ContentHash.of(words), Optional.empty());
  }

  private void checkThatTheSameAgainAddsNothing(List<ProducerRecord<byte[], byte[]>> corpus)
      throws Exception {
    int kept = kept().size();
    long dropped = log.scan(log.topics().dropped()).size();
    List<ProducerRecord<byte[], byte[]>> again = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : corpus) {
      int partition = (record.partition() + 1) % TestLog.PARTITIONS;
      again.add(new ProducerRecord<>(record.topic(), partition, record.key(), record.value()));
    }
    log.push(again);
    log.awaitCaughtUp();
    assertEquals(kept, kept().size());
    assertEquals(dropped + corpus.size(), log.scan(log.topics().dropped()).size());
  }

  private Map<String, RefinedDocument> kept() {
    return byId(log.topics().refined(), RefinedDocument::getId);
  }

  private Map<String, DroppedDocument> dropped() {
    return byId(log.topics().dropped(), DroppedDocument::getId);
  }

  private <V> Map<String, V> byId(
      Topic<String, V> topic, java.util.function.Function<V, String> id) {
    Map<String, V> documents = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : log.scan(topic)) {
      V document = log.decode(topic, record);
      V twin = documents.put(id.apply(document), document);
      assertTrue(twin == null, () -> id.apply(document) + " twice in " + topic.name());
    }
    return documents;
  }
}
