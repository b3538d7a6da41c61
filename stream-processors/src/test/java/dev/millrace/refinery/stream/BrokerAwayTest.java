package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker is killed under a refinery at work, and comes back. */
class BrokerAwayTest {
  private static final int DOCUMENTS = 300;

  @TempDir private Path directory;

  @Test
  void waitsForABrokerThatIsAwayAndSaysSo() throws Exception {
    Path home = directory.resolve("broker");
    EmbeddedBroker broker = EmbeddedBroker.start(home);
    try {
      TestLog log = TestLog.create(broker.bootstrap());
      try (ChildJvm refinery = start(broker.bootstrap(), log.topics().prefix())) {
        log.push(corpus(log, 0));
        Await.until(
            "some documents are decided",
            Duration.ofMinutes(2),
            () -> counts(log).decided() > DOCUMENTS / 10);
        broker.kill();
        refinery.awaitLine("Kafka at .* does not answer: waiting for it", Duration.ofMinutes(1));
        broker = EmbeddedBroker.start(home);
        log.push(corpus(log, DOCUMENTS / 2)); // Half of them were there before.
        log.awaitCaughtUp();
        assertTrue(refinery.isAlive(), refinery::output);
      }
      assertEquals(
          new DomainCounts(
              2 * DOCUMENTS,
              2 * DOCUMENTS,
              DOCUMENTS + DOCUMENTS / 2,
              0,
              0,
              0,
              new TreeMap<>(Map.of("exact-duplicate.document", DOCUMENTS / 2L))),
          counts(log));
      assertEquals(DOCUMENTS + DOCUMENTS / 2, log.scan(log.topics().refined()).size());
      assertEquals(DOCUMENTS / 2, log.scan(log.topics().dropped()).size());
    } finally {
      broker.close();
    }
  }

  private ChildJvm start(String bootstrap, String prefix) {
    return ChildJvm.of(RefineryMain.class)
        .jvmOptions("-Xmx256m")
        .arguments(bootstrap, prefix, "alone", directory.resolve("state").toString())
        .start(directory.resolve("refinery.out"));
  }

  private static List<ProducerRecord<byte[], byte[]>> corpus(TestLog log, int from) {
    List<ProducerRecord<byte[], byte[]>> corpus = new ArrayList<>();
    for (int i = from; i < from + DOCUMENTS; i++) {
      String text = new Clusters(i).cluster(1, 0).get(0);
      corpus.add(log.raw(i % TestLog.PARTITIONS, PlainRules.raw("d" + i, "speeches", text)));
    }
    return corpus;
  }

  private static DomainCounts counts(TestLog log) {
    return RefineryCounts.read(log.connection(), log.topics()).total();
  }
}
