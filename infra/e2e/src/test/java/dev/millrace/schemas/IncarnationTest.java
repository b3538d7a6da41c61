package dev.millrace.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;

/** What tells a producer that was fenced from one whose transaction a broker finds invalid. */
@WithKafka
class IncarnationTest {
  private final KafkaException invalid =
      new KafkaException("cannot send", new InvalidTxnStateException("state"));

  private final KafkaConnection kafka;
  private final Topic<String, String> topic;

  IncarnationTest(TestKafka shared) throws Exception {
    kafka = KafkaConnection.to(shared.bootstrap());
    topic = new Topics(shared.freshPrefix()).evaluationsJson();
    try (Admin admin = kafka.admin()) {
      admin.createTopics(List.of(new NewTopic(topic.name(), 1, (short) 1))).all().get();
      KafkaConnection.awaitLeaders(admin, List.of(topic.name()));
    }
  }

  /** The epochs that are counted here are the coordinator's own. */
  @Test
  void aProducerIsUnfencedUntilAnotherOpens() {
    try (Producer<byte[], byte[]> older = open()) {
      Incarnation first = Incarnation.of(kafka, topic.name());
      Incarnation ours = first;
      assertTrue(ours.isUnfenced(invalid, () -> first), "it has just opened");
      for (int batch = 0; batch < 20; batch++) {
        older.beginTransaction();
        var unused = older.send(topic.record("key", "value"));
        older.commitTransaction();
        ours = ours.next();
        assertTrue(ours.isUnfenced(invalid, this::now), "after " + batch);
      }
      assertFalse(first.isUnfenced(invalid, this::now));
      open().close();
      assertFalse(ours.isUnfenced(invalid, this::now));
    }
  }

  /** The end of its own transaction is no takeover; that of one that is open is. */
  @Test
  void aProducerInATransactionIsReplacedByAnotherThatOpens() {
    try (Producer<byte[], byte[]> older = open()) {
      Incarnation ours = now();
      older.beginTransaction();
      var unused = older.send(topic.record("key", "value"));
      older.flush();
      assertFalse(ours.isReplacedBy(now()));
      older.commitTransaction();
      assertFalse(ours.isReplacedBy(now()));
      Incarnation later = ours.next();
      older.beginTransaction();
      unused = older.send(topic.record("key", "value"));
      older.flush();
      open().close();
      assertTrue(later.isReplacedBy(now()));
      assertFalse(later.isReplacedBy(Incarnation.NOBODY));
      assertFalse(Incarnation.NOBODY.isReplacedBy(now()));
    }
  }

  /** Of transaction.version 1: the coordinator's epoch stays while transactions are counted. */
  @Test
  void whoIsBehindIsNoTakeover() {
    Incarnation counted = new Incarnation(7, 300);
    for (int epoch : new int[] {0, 1, 299, 300, 301}) {
      assertFalse(counted.isReplacedBy(new Incarnation(7, epoch)), "epoch " + epoch);
    }
    assertTrue(counted.isReplacedBy(new Incarnation(7, 302)));
  }

  /** A broker gives the same producer another id then, and begins at 0. */
  @Test
  void epochsThatRunOutAreNoTakeover() {
    assertFalse(new Incarnation(7, 32_765).isLast());
    Incarnation last = new Incarnation(7, 32_765).next();
    assertTrue(last.isLast());
    assertFalse(last.isReplacedBy(new Incarnation(8, 0)));
    assertFalse(new Incarnation(7, 3).isReplacedBy(new Incarnation(8, 9)));
  }

  private Incarnation now() {
    return Incarnation.of(kafka, topic.name());
  }

  private Producer<byte[], byte[]> open() {
    Producer<byte[], byte[]> producer = kafka.transactionalProducer(topic.name());
    producer.initTransactions();
    return producer;
  }

  @Test
  void inDoubtItIsFenced() {
    assertFalse(Incarnation.NOBODY.isUnfenced(invalid, () -> Incarnation.NOBODY));
    Incarnation ours = new Incarnation(7, 3);
    assertFalse(ours.isUnfenced(invalid, () -> Incarnation.NOBODY));
    assertFalse(
        ours.isUnfenced(
            new ProducerFencedException("fenced"),
            () -> {
              throw new AssertionError("asked though it is sure");
            }));
  }

  @Test
  void onlyAnInvalidStateLeavesADoubt() {
    assertTrue(KafkaConnection.isOnlyInvalid(invalid));
    for (RuntimeException sure :
        List.of(
            new ProducerFencedException("fenced"),
            new InvalidProducerEpochException("epoch"),
            new KafkaException("another"))) {
      assertFalse(KafkaConnection.isOnlyInvalid(new KafkaException("cannot send", sure)));
    }
    assertEquals(new Incarnation(7, 4), new Incarnation(7, 3).next());
  }
}
