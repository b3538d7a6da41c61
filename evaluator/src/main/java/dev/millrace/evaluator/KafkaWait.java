package dev.millrace.evaluator;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Patience with a broker that is away: what fails for want of an answer is tried again until there
 * is one, and the log says when the wait begins and when it ends.
 */
final class KafkaWait {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaWait.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration POLL = Duration.ofMillis(200);

  private final BooleanSupplier stopped;
  private volatile boolean waiting;

  /**
   * @param stopped ends the wait
   */
  KafkaWait(BooleanSupplier stopped) {
    this.stopped = stopped;
  }

  /** Whether Kafka has not answered for some time. */
  boolean isWaiting() {
    return waiting;
  }

  /**
   * The answer, however long it takes.
   *
   * @param action may be done again after it failed
   * @throws CancellationException when stopped meanwhile
   */
  <T> T until(Callable<T> action) throws Exception {
    while (true) {
      if (stopped.getAsBoolean()) throw new CancellationException("stopped");
      try {
        T answer = action.call();
        if (waiting) LOG.info("Kafka answers again");
        waiting = false;
        return answer;
      } catch (RetriableException e) {
        if (!waiting) LOG.warn("Kafka does not answer; waiting for it ({})", e.getMessage());
        waiting = true;
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  /** As {@link #until}, for what has no answer. */
  void done(Action action) throws Exception {
    until(
        () -> {
          action.run();
          return true;
        });
  }

  /**
   * Reads on to the given positions, whatever happens to the broker meanwhile.
   *
   * @param action gets each record once
   * @throws CancellationException when stopped meanwhile
   */
  <K, V> void readTo(
      org.apache.kafka.clients.consumer.Consumer<K, V> reader,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<K, V>> action)
      throws Exception {
    while (until(() -> isBefore(reader, ends))) {
      ConsumerRecords<K, V> records = reader.poll(POLL);
      records.forEach(action);
      if (records.isEmpty()) until(() -> reader.endOffsets(ends.keySet())); // Is it still there?
    }
  }

  private static boolean isBefore(
      org.apache.kafka.clients.consumer.Consumer<?, ?> reader, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue());
  }

  /** Something that may fail. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }
}
