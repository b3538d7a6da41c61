package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.Topic;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One instance alone: what it knows after kill -9 comes from the log. */
@WithKafka
class RestartTest {
  private static final int DOCUMENTS = 400;

  private final TestKafka kafka;
  @TempDir private Path directory;
  private TestLog log;

  RestartTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void createTopics() throws Exception {
    log = TestLog.create(kafka);
  }

  @Test
  void aKilledRefineryComesBackWithItsIndexAndItsCounts() throws Exception {
    List<ProducerRecord<byte[], byte[]>> corpus = corpus();
    try (ChildJvm first = start()) {
      log.push(corpus);
      Await.until(
          "some documents are decided",
          Duration.ofMinutes(2),
          () -> counts().decided() > DOCUMENTS / 10);
      first.kill9();
    }
    DomainCounts atDeath = counts();
    System.out.println("killed at " + atDeath);
    assertTrue(atDeath.inFlight() >= 0, atDeath.toString());
    assertTrue(atDeath.raw() <= corpus.size(), atDeath.toString());
    endItsTransactions();
    Await.until( // What was being committed at its death is decided by the broker soon after.
        "counts and records agree",
        Duration.ofMinutes(1),
        () -> outcomes().size() == counts().decided());
    try (ChildJvm second = start()) {
      log.push(corpus); // Every document is a copy of one that the first has seen, or should have.
      log.awaitCaughtUp();
      assertTrue(second.isAlive(), second::output);
    }
    DomainCounts counts = counts();
    assertEquals(
        new DomainCounts(
            2 * DOCUMENTS,
            2 * DOCUMENTS,
            DOCUMENTS,
            0,
            0,
            0,
            new TreeMap<>(Map.of("exact-duplicate.document", (long) DOCUMENTS))),
        counts);
    Set<Origin> raw = new HashSet<>();
    log.scan(log.topics().raw()).forEach(r -> raw.add(new Origin(r.partition(), r.offset())));
    assertEquals(raw, outcomes().keySet());
  }

  /** As the broker does after half a minute, and as its successor will. */
  private void endItsTransactions() throws Exception {
    String member = RefineryTopology.applicationId(log.topics()) + "-alone-";
    try (Admin admin = log.connection().admin()) {
      admin.fenceProducers(List.of(member + 1, member + 2)).all().get();
    }
  }

  private ChildJvm start() {
    return ChildJvm.of(RefineryMain.class)
        .jvmOptions("-Xmx256m")
        .arguments(
            kafka.bootstrap(),
            log.topics().prefix(),
            "alone",
            directory.resolve("state").toString())
        .start(directory.resolve("refinery.out"));
  }

  private List<ProducerRecord<byte[], byte[]>> corpus() {
    Clusters texts = new Clusters(1);
    List<ProducerRecord<byte[], byte[]>> corpus = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      String text = texts.cluster(1, 0).get(0);
      corpus.add(log.raw(i % TestLog.PARTITIONS, PlainRules.raw("d" + i, "speeches", text)));
    }
    return corpus;
  }

  private DomainCounts counts() {
    return RefineryCounts.read(log.connection(), log.topics()).total();
  }

  /** Where every decided record is, and that it is nowhere else. */
  private Map<Origin, String> outcomes() {
    Map<Origin, String> outcomes = new HashMap<>();
    for (Topic<?, ?> topic :
        List.of(
            log.topics().refined(),
            log.topics().heldOut(),
            log.topics().dropped(),
            log.topics().deadLetters())) {
      for (ConsumerRecord<byte[], byte[]> record : log.scan(topic)) {
        Origin origin = Origin.of(record.headers()).orElseThrow();
        String other = outcomes.put(origin, topic.name());
        assertTrue(other == null, origin + " is in " + topic.name() + " and in " + other);
      }
    }
    return outcomes;
  }
}
