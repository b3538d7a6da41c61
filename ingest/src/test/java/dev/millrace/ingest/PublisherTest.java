package dev.millrace.ingest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.millrace.schemas.IngestProgress;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.junit.jupiter.api.Test;

@WithKafka
class PublisherTest {
  private final KafkaException invalid =
      new KafkaException("cannot commit", new InvalidTxnStateException("state"));

  /** Kafka says the same of both. */
  @Test
  void isFencedOnlyWhereAnotherPushesTheSameInput(TestKafka shared) throws Exception {
    KafkaConnection kafka = KafkaConnection.to(shared.bootstrap());
    Topics topics = new Topics(shared.freshPrefix());
    try (Admin admin = kafka.admin()) {
      String name = topics.ingestProgress().name();
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
      KafkaConnection.awaitLeaders(admin, List.of(name));
    }
    try (Publisher older = new Publisher(kafka, topics, "folder")) {
      older.send(mark());
      older.commit();
      assertFalse(KafkaConnection.isFenced(older.judged(invalid)));
      try (Publisher newer = new Publisher(kafka, topics, "folder")) {
        assertSame(invalid, older.judged(invalid));
        assertFalse(KafkaConnection.isFenced(newer.judged(invalid)));
      }
    }
  }

  private static IngestProgress mark() {
    return new IngestProgress("folder", "fingerprint", 1L, 0L, 1L, false);
  }
}
