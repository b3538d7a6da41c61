package dev.millrace.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;

/** What tells a writer that was fenced from one whose transaction a broker finds invalid. */
@WithKafka
class IncarnationTest {
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
  void aWriterIsAloneUntilAnotherOpens() {
    try (TransactionalWriter older = open()) {
      assertTrue(older.isAlone(), "it has just opened");
      for (int batch = 0; batch < 20; batch++) {
        older.write(List.of(topic.record("key", "value")));
        assertTrue(older.isAlone(), "after batch " + batch);
      }
      try (TransactionalWriter newer = open()) {
        assertFalse(older.isAlone());
        assertTrue(newer.isAlone());
        newer.write(List.of(topic.record("key", "value")));
        assertFalse(older.isAlone());
        assertTrue(newer.isAlone());
      }
    }
  }

  private TransactionalWriter open() {
    return TransactionalWriter.open(kafka, topic.name(), "test", new KafkaWait(() -> false));
  }

  @Test
  void onlyAnInvalidStateLeavesADoubt() {
    assertTrue(
        KafkaConnection.isOnlyInvalid(
            new KafkaException("cannot send", new InvalidTxnStateException("state"))));
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
