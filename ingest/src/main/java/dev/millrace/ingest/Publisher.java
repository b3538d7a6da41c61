package dev.millrace.ingest;

import dev.millrace.schemas.Incarnation;
import dev.millrace.schemas.IngestProgress;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * Writes documents and the marks that count them in one transaction. Its transactional id is that
 * of the input: who pushes the same input after a crash ends the transaction that was left open,
 * and shuts out whoever still pushes it.
 */
final class Publisher implements AutoCloseable {
  private final KafkaConnection kafka;
  private final Topics topics;
  private final String transactionalId;
  private final Producer<byte[], byte[]> producer;
  private Incarnation ours;
  private boolean open;

  /** Ends what others left of this input before it returns. */
  Publisher(KafkaConnection kafka, Topics topics, String input) {
    this.kafka = kafka;
    this.topics = topics;
    transactionalId = topics.prefix() + "ingest." + input;
    producer = kafka.transactionalProducer(transactionalId);
    producer.initTransactions();
    ours = holder();
  }

  /** Nobody where Kafka does not tell: it need not let us ask. */
  private Incarnation holder() {
    try {
      return Incarnation.of(kafka, transactionalId);
    } catch (KafkaException e) {
      return Incarnation.NOBODY;
    }
  }

  /** What goes wrong with it shows when it is committed. */
  void send(RawDocument document) {
    begin();
    var unused = producer.send(topics.raw().record(document.getId(), document));
  }

  void send(IngestProgress mark) {
    begin();
    var unused = producer.send(topics.ingestProgress().record(mark.getInput(), mark));
  }

  /** Everything sent since the last commit becomes visible, or nothing. */
  void commit() {
    if (!open) return;
    producer.commitTransaction();
    ours = ours.next();
    open = false;
  }

  /** Returns when the broker has what was sent, though nobody sees it. */
  void flush() {
    producer.flush();
  }

  /** The failure, without a broker's word for a fenced push where nobody else pushes this input. */
  KafkaException judged(KafkaException failure) {
    return ours.isUnfenced(failure, this::holder)
        ? new KafkaException("a broker took the transaction for invalid")
        : failure;
  }

  private void begin() {
    if (!open) producer.beginTransaction();
    open = true;
  }

  /** What is not committed is gone. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
