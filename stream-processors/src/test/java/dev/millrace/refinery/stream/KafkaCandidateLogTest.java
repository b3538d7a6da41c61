package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithKafka
class KafkaCandidateLogTest {
  private static final int PARTITION = 2;

  private final TestKafka kafka;
  private TestLog log;

  KafkaCandidateLogTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  /** Offsets 0, 1, 2, a commit marker, an aborted 4 and its marker, 6. */
  @BeforeEach
  void writeCandidates() throws Exception {
    log = TestLog.create(kafka);
    try (Producer<byte[], byte[]> producer =
        log.connection().transactionalProducer(log.topics().prefix())) {
      producer.initTransactions();
      write(producer, List.of("zero", "one", "two"), true);
      write(producer, List.of("aborted"), false);
      write(producer, List.of("six"), true);
      request(producer);
    }
  }

  private void write(Producer<byte[], byte[]> producer, List<String> texts, boolean commit)
      throws Exception {
    producer.beginTransaction();
    for (String text : texts) {
      RefinedDocument document =
          PlainRules.refined(PlainRules.raw(text, "speeches", text), text, new Origin(0, 0));
      Future<?> sent = producer.send(log.topics().candidates().record(PARTITION, text, document));
      producer.flush();
      sent.get();
    }
    if (commit) producer.commitTransaction();
    else producer.abortTransaction();
  }

  private void request(Producer<byte[], byte[]> producer) throws Exception {
    ProducerRecord<byte[], byte[]> request =
        log.topics().candidates().record(PARTITION, "zero", null);
    new Origin(2, 7).writeTo(request.headers());
    producer.beginTransaction();
    producer.send(request).get();
    producer.commitTransaction();
  }

  private KafkaCandidateLog open() {
    return new KafkaCandidateLog(
        log.connection(), log.topics().candidates(), PARTITION, Duration.ofSeconds(20));
  }

  @Test
  void walksCommittedCandidatesAndNothingElse() {
    try (KafkaCandidateLog candidates = open()) {
      assertEquals("zero", text(candidates.at(0).document()));
      assertEquals("one", text(candidates.at(1).document()));
      assertEquals("two", text(candidates.at(2).document()));
      assertEquals("six", text(candidates.at(6).document()));
    }
  }

  @Test
  void beginsWhereTheFirstVerdictIs() {
    try (KafkaCandidateLog candidates = open()) {
      assertEquals("two", text(candidates.at(2).document()));
      assertEquals("six", text(candidates.at(6).document()));
    }
  }

  @Test
  void aCandidateWithoutAVerdictIsNotPassedOver() {
    try (KafkaCandidateLog candidates = open()) {
      candidates.at(0);
      assertFailure("offset 1 has no verdict", candidates, 2);
    }
  }

  @Test
  void aVerdictOnAnAbortedCandidateIsRefused() {
    try (KafkaCandidateLog candidates = open()) {
      candidates.at(2);
      assertFailure("offset 4 is gone", candidates, 4);
    }
  }

  @Test
  void aSecondVerdictOnACandidateIsRefused() {
    try (KafkaCandidateLog candidates = open()) {
      candidates.at(1);
      assertFailure("out of order: 1 after 1", candidates, 1);
    }
  }

  @Test
  void aCandidateThatExpiredIsAnErrorAndNotAJump() throws Exception {
    TopicPartition partition = new TopicPartition(log.topics().candidates().name(), PARTITION);
    try (Admin admin = log.connection().admin()) {
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2))).all().get();
    }
    try (KafkaCandidateLog candidates = open()) {
      assertFailure("offset 1 is gone", candidates, 1);
    }
    try (KafkaCandidateLog candidates = open()) {
      assertEquals("two", text(candidates.at(2).document()));
    }
  }

  @Test
  void aCandidateThatDoesNotComeIsWaitedForUntilPatienceEnds() {
    try (KafkaCandidateLog candidates =
        new KafkaCandidateLog(
            log.connection(), log.topics().candidates(), PARTITION, Duration.ofMillis(300))) {
      assertThrows(TimeoutException.class, () -> candidates.at(10));
    }
  }

  @Test
  void aRequestToTakeADocumentBackIsARecordWithoutADocument() {
    try (KafkaCandidateLog candidates = open()) {
      CandidateLog.Candidate request = candidates.at(8);
      assertEquals(Optional.empty(), request.document());
      assertEquals("zero", request.id());
      assertEquals(new Origin(2, 7), request.origin());
    }
  }

  @Test
  void findsAnyDocumentThatIsStillThere() throws Exception {
    TopicPartition partition = new TopicPartition(log.topics().candidates().name(), PARTITION);
    try (Admin admin = log.connection().admin();
        KafkaCandidateLog candidates = open()) {
      assertEquals("six", text(candidates.at(6).document()));
      assertEquals("one", candidates.find(1).orElseThrow().getText());
      assertEquals("six", candidates.find(6).orElseThrow().getText());
      assertEquals(Optional.empty(), candidates.find(4), "aborted");
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2))).all().get();
      assertEquals(Optional.empty(), candidates.find(1), "expired");
    }
  }

  private static String text(Optional<CandidateLog.Encoded> document) {
    return document.orElseThrow().document().getText();
  }

  private static void assertFailure(String message, KafkaCandidateLog candidates, long offset) {
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> candidates.at(offset));
    assertEquals(true, failure.getMessage().contains(message), failure.getMessage());
  }
}
