package dev.millrace.tokenization;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** Waits for what Kafka answers to an administrator. */
final class Answers {
  private Answers() {}

  /** Throws what the broker refused with, as Kafka names it. */
  static <T> T of(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException refusal) throw refusal;
      throw new KafkaException(e.getCause());
    }
  }
}
