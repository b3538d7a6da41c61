package dev.millrace.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Patience with a broker that is away: what fails for want of an answer is tried again until there
 * is one, and the log says when the wait begins and when it ends.
 */
public final class KafkaWait {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaWait.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration POLL = Duration.ofMillis(200);

  private final BooleanSupplier stopped;
  private volatile boolean waiting;

  /**
   * @param stopped ends the wait
   */
  public KafkaWait(BooleanSupplier stopped) {
    this.stopped = stopped;
  }

  /** Whether Kafka has not answered for some time. */
  public boolean isWaiting() {
    return waiting;
  }

  /**
   * The answer, however long it takes.
   *
   * @param action may be done again after it failed
   * @throws CancellationException when stopped while there is none
   */
  public <T> T until(Supplier<T> action) {
    while (true) {
      try {
        T answer = action.get();
        answered();
        return answer;
      } catch (RetriableException e) {
        silent(e);
        throwIfStopped();
        pause();
      }
    }
  }

  /** Kafka has answered, for those who try again by themselves. */
  public void answered() {
    if (waiting) LOG.info("Kafka answers again");
    waiting = false;
  }

  /** Kafka has not answered: said once a wait. */
  public void silent(Exception reason) {
    if (!waiting) LOG.warn("Kafka does not answer; waiting for it ({})", reason.getMessage());
    waiting = true;
  }

  boolean stopped() {
    return stopped.getAsBoolean();
  }

  private void throwIfStopped() {
    if (stopped()) throw new CancellationException("told to stop while waiting for Kafka");
  }

  /**
   * Reads on to the given positions, whatever happens to the broker meanwhile.
   *
   * @param action gets each record once
   * @throws CancellationException when stopped meanwhile
   */
  public <K, V> void readTo(
      org.apache.kafka.clients.consumer.Consumer<K, V> reader,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<K, V>> action) {
    while (until(() -> isBefore(reader, ends))) {
      ConsumerRecords<K, V> records = reader.poll(POLL);
      records.forEach(action);
      if (records.isEmpty()) {
        until(() -> reader.endOffsets(ends.keySet())); // Is it still there?
        throwIfStopped(); // Somebody's open transaction may lie before the end.
      }
    }
  }

  private static boolean isBefore(
      org.apache.kafka.clients.consumer.Consumer<?, ?> reader, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue());
  }

  static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e); // Sets the flag again.
    }
  }
}
