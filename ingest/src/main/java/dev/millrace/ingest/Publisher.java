package dev.millrace.ingest;

import dev.millrace.schemas.IngestProgress;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;

/**
 * Writes documents and the marks that count them in one transaction. Its transactional id is that
 * of the input: who pushes the same input after a crash ends the transaction that was left open,
 * and shuts out whoever still pushes it.
 */
final class Publisher implements AutoCloseable {
  private final Topics topics;
  private final Producer<byte[], byte[]> producer;
  private boolean open;

  /** Ends what others left of this input before it returns. */
  Publisher(KafkaConnection kafka, Topics topics, String input) {
    this.topics = topics;
    this.producer = kafka.transactionalProducer(topics.prefix() + "ingest." + input);
    producer.initTransactions();
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
    if (open) producer.commitTransaction();
    open = false;
  }

  /** Returns when the broker has what was sent, though nobody sees it. */
  void flush() {
    producer.flush();
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
