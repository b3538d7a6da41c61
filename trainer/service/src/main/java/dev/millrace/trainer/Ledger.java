package dev.millrace.trainer;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.TrainingProgress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a trainer tells the world: progress and checkpoints, each record in a transaction of its
 * own, under the run's transactional id. Whoever opens a ledger fences whoever had it before;
 * nothing the older one writes from then on is ever seen.
 *
 * <p>Where Kafka does not answer, calls wait for it, say so once, and go on when it is back.
 */
final class Ledger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** How long Kafka may be silent before that is worth a line. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

  private final TrainerRun run;
  private final Stop stop;
  private final Producer<byte[], byte[]> producer;
  private boolean silence; // Has been told.

  private Ledger(TrainerRun run, Stop stop, Producer<byte[], byte[]> producer) {
    this.run = run;
    this.stop = stop;
    this.producer = producer;
  }

  /** Fences every older trainer of the run. */
  static Ledger open(KafkaConnection kafka, TrainerRun run, Stop stop) {
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SILENCE_MAX.toMillis());
    Producer<byte[], byte[]> producer =
        new KafkaConnection(properties).transactionalProducer(run.transactionalId());
    Ledger ledger = new Ledger(run, stop, producer);
    try {
      ledger.patiently(producer::initTransactions);
      ledger.answered();
      return ledger;
    } catch (RuntimeException e) {
      ledger.close();
      throw e;
    }
  }

  /**
   * Records a step.
   *
   * @throws FencedException where a newer trainer has taken over
   */
  void progress(TrainingProgress progress) {
    write(run.own().progress().record(run.name(), progress));
  }

  /**
   * Gives a checkpoint authority.
   *
   * @throws FencedException where a newer trainer has taken over
   */
  void announce(CheckpointPublished checkpoint) {
    write(run.topics().checkpoints().record(run.name(), checkpoint));
  }

  private void write(ProducerRecord<byte[], byte[]> record) {
    while (!committed(record)) {
      if (stop.requested()) throw notRecorded();
    }
    answered();
  }

  /** False where the transaction had to be given up, as after a broker's long absence. */
  private boolean committed(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.beginTransaction();
      Future<RecordMetadata> sent = producer.send(record);
      patiently(producer::commitTransaction); // Fails where the send has.
      return sent.isDone();
    } catch (KafkaException e) {
      if (KafkaConnection.isFenced(e)) throw new FencedException(run.name(), e);
      giveUp(e);
      return false;
    }
  }

  private void giveUp(KafkaException reason) {
    if (isTimeout(reason)) {
      silent();
    } else {
      LOG.warn("A transaction of run {} failed and is begun anew", run.name(), reason);
    }
    try {
      patiently(producer::abortTransaction);
    } catch (KafkaException e) {
      if (KafkaConnection.isFenced(e)) throw new FencedException(run.name(), e);
      e.addSuppressed(reason);
      throw e;
    }
  }

  private static boolean isTimeout(Throwable e) {
    return e instanceof TimeoutException || (e.getCause() != null && isTimeout(e.getCause()));
  }

  /** Calls that Kafka wants repeated, and nothing else instead, when they time out. */
  private void patiently(Runnable call) {
    while (true) {
      try {
        call.run();
        return;
      } catch (TimeoutException e) {
        if (stop.requested()) throw notRecorded();
        silent();
      }
    }
  }

  private void silent() {
    if (!silence) LOG.warn("Kafka does not answer; run {} waits for it", run.name());
    silence = true;
  }

  private void answered() {
    if (silence) LOG.info("Kafka answers again; run {} goes on", run.name());
    silence = false;
  }

  private IllegalStateException notRecorded() {
    return new IllegalStateException(
        "Told to stop while Kafka did not answer; what run "
            + run.name()
            + " did last is not recorded and will be done again");
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
