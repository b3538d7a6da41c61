package dev.millrace.ingest;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** A time in which nothing could be committed. */
final class Outage {
  private static final long PAUSE_MILLIS = 500;

  private final KafkaConnection kafka;
  private final Topics topics;
  private final Duration patience;
  private final BooleanSupplier stopped;
  private @Nullable Long deadlineNanos;

  /**
   * @param stopped ends the wait
   */
  Outage(KafkaConnection kafka, Topics topics, Duration patience, BooleanSupplier stopped) {
    this.kafka = kafka;
    this.topics = topics;
    this.patience = patience;
    this.stopped = stopped;
  }

  /**
   * Returns when the broker answers again, or nobody wants to know any more.
   *
   * @throws RuntimeException where waiting does not help, or has lasted long enough
   */
  void waitOut(KafkaException failure, Corpus corpus, Tally tally) {
    String location = corpus.input().shown();
    if (KafkaConnection.isFenced(failure)) throw fenced(location, failure);
    throwFatal(failure);
    if (!corpus.isReadableAgain()) {
      throw new IngestException(
          "%s failed, and %s cannot be read again: run it again with the same input, it goes on"
              .formatted(failure.getMessage(), location),
          failure);
    }
    if (deadlineNanos == null) deadlineNanos = System.nanoTime() + patience.toNanos();
    tally.note("waiting for Kafka: " + failure.getMessage());
    while (!stopped.getAsBoolean()) {
      pause();
      try {
        BrokerCheck.check(kafka, topics);
        return;
      } catch (IngestException e) {
        if (System.nanoTime() >= deadlineNanos) {
          throw new IngestException(
              "%s; run it again when Kafka is back: %s goes on where it was"
                  .formatted(e.getMessage(), location),
              failure);
        }
      }
    }
  }

  private static ProducerFencedException fenced(String location, KafkaException failure) {
    ProducerFencedException fenced =
        new ProducerFencedException(
            "another push of %s has taken over: this one leaves".formatted(location));
    fenced.initCause(failure);
    return fenced;
  }

  private static void throwFatal(KafkaException failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof AuthorizationException || e instanceof AuthenticationException) {
        throw new IngestException("Kafka refuses: " + e.getMessage(), failure);
      }
      if (e instanceof RecordTooLargeException || e instanceof SerializationException) {
        throw failure;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IngestException("interrupted", e);
    }
  }
}
