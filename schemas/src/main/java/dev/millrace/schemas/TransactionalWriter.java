package dev.millrace.schemas;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Writes batches of records, each in a transaction of its own, under one transactional id. Whoever
 * opens it fences whoever had it before: nothing that the older one writes from then on is ever
 * seen, and it never comes back by itself.
 *
 * <p>Where Kafka does not answer, calls wait for it as long as it takes. A transaction that had to
 * be given up meanwhile is written again, so that a batch is seen exactly once. So is one that a
 * broker takes for invalid though nobody else holds the id: it says so to a fenced producer, and
 * now and then to one that is not.
 */
public final class TransactionalWriter implements AutoCloseable {
  /** How long Kafka may be silent before that is worth telling. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  /** How long it may take another to have the id for good. */
  private static final Duration TAKEOVER_MAX = Duration.ofSeconds(5);

  private final KafkaConnection kafka;
  private final String transactionalId;
  private final String writer;
  private final KafkaWait wait;
  private Producer<byte[], byte[]> producer;
  private Incarnation ours = Incarnation.NOBODY;

  private TransactionalWriter(
      KafkaConnection kafka, String transactionalId, String writer, KafkaWait wait) {
    this.kafka = kafka;
    this.transactionalId = transactionalId;
    this.writer = writer;
    this.wait = wait;
    producer = kafka.transactionalProducer(transactionalId);
  }

  /**
   * Fences every older writer with this id.
   *
   * @param writer what it is to users: {@code trainer of run gpt2}
   * @throws CancellationException when stopped meanwhile
   */
  public static TransactionalWriter open(
      KafkaConnection kafka, String transactionalId, String writer, KafkaWait wait) {
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, SILENCE_MAX.toMillis());
    TransactionalWriter opened =
        new TransactionalWriter(new KafkaConnection(properties), transactionalId, writer, wait);
    try {
      opened.begin();
      wait.answered();
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void begin() {
    patiently(producer::initTransactions);
    ours = now();
  }

  /** Nobody where Kafka does not tell: it need not let us ask. */
  private Incarnation now() {
    try {
      return wait.until(() -> Incarnation.of(kafka, transactionalId));
    } catch (KafkaException e) {
      return Incarnation.NOBODY;
    }
  }

  /**
   * Returns when readers of committed records see all of them.
   *
   * @param records encoded by {@link Topic#record}
   * @throws ProducerFencedException when a newer writer has taken over; none of them is seen
   * @throws CancellationException when stopped while Kafka did not answer
   */
  public void write(List<ProducerRecord<byte[], byte[]>> records) {
    while (!committed(records)) {
      if (wait.stopped()) throw notWritten();
    }
    wait.answered();
  }

  /** False where the transaction had to be given up, as after a broker's long absence. */
  @SuppressWarnings("FutureReturnValueIgnored") // A send that failed fails the commit.
  private boolean committed(List<ProducerRecord<byte[], byte[]>> records) {
    try {
      producer.beginTransaction();
      records.forEach(producer::send);
      patiently(producer::commitTransaction);
      ours = afterTransaction();
      return true;
    } catch (KafkaException e) {
      giveUp(e);
      return false;
    }
  }

  private Incarnation afterTransaction() {
    return ours.isLast() ? now() : ours.next();
  }

  private void giveUp(KafkaException reason) {
    if (ours.isUnfenced(reason, this::now)) {
      close();
      producer = kafka.transactionalProducer(transactionalId);
      begin();
      return;
    }
    throwIfFenced(reason);
    wait.silent(reason);
    try {
      patiently(producer::abortTransaction);
      ours = afterTransaction();
    } catch (KafkaException e) {
      throwIfFenced(e);
      if (isReplacedSoon()) throw fenced(reason);
      e.addSuppressed(reason);
      throw e;
    }
  }

  /** For calls that may and must be repeated when they time out. */
  private void patiently(Runnable call) {
    while (true) {
      try {
        call.run();
        return;
      } catch (TimeoutException e) {
        if (wait.stopped()) throw notWritten();
        wait.silent(e);
      }
    }
  }

  /**
   * Of a writer that cannot go on for some other reason. A broker that is just handing the id to
   * another may say no more than that it failed (seen with Kafka 4.2.1: an unexpected server error
   * at the end of a transaction), and is through with it a moment later.
   */
  private boolean isReplacedSoon() {
    long end = System.nanoTime() + TAKEOVER_MAX.toNanos();
    while (!ours.isReplacedBy(now())) {
      if (ours.equals(Incarnation.NOBODY) || wait.stopped() || System.nanoTime() - end > 0) {
        return false;
      }
      KafkaWait.pause();
    }
    return true;
  }

  private void throwIfFenced(KafkaException e) {
    if (KafkaConnection.isFenced(e)) throw fenced(e);
  }

  private ProducerFencedException fenced(KafkaException reason) {
    ProducerFencedException fenced =
        new ProducerFencedException("a newer " + writer + " has taken over: this one leaves");
    fenced.initCause(reason);
    return fenced;
  }

  private CancellationException notWritten() {
    return new CancellationException(
        "told to stop while Kafka did not answer: what the %s did last is not recorded and will be"
                .formatted(writer)
            + " done again");
  }

  /** Ends at once: what is not committed is gone. */
  @Override
  public void close() {
    producer.close(CLOSE_MAX);
  }
}
