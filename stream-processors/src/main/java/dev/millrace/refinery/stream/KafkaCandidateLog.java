package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RefinedDocument;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads committed candidates with a consumer of its own, which knows no group and never jumps. */
final class KafkaCandidateLog implements CandidateLog {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long NOWHERE = -1;

  private final TopicPartition partition;
  private final Supplier<Consumer<String, RefinedDocument>> readers;
  private final Consumer<String, RefinedDocument> consumer;
  private final Duration patience;
  private @Nullable Consumer<String, RefinedDocument> finder;
  private Iterator<ConsumerRecord<String, RefinedDocument>> fetched = Collections.emptyIterator();
  private long last = NOWHERE;

  /**
   * Of one partition.
   *
   * @param patience how long the broker may be silent
   */
  KafkaCandidateLog(
      KafkaConnection connection,
      Topic<String, RefinedDocument> topic,
      int partition,
      Duration patience) {
    readers = () -> connection.reader(topic);
    this.partition = new TopicPartition(topic.name(), partition);
    this.patience = patience;
    consumer = connection.reader(topic);
    consumer.assign(List.of(this.partition));
  }

  @Override
  public Candidate at(long offset) {
    if (offset <= last) {
      throw new IllegalStateException(
          "verdicts of %s out of order: %d after %d".formatted(partition, offset, last));
    }
    if (last == NOWHERE) consumer.seek(partition, offset);
    ConsumerRecord<String, RefinedDocument> record = next(offset);
    if (record.offset() < offset) {
      throw new IllegalStateException(
          "candidate %s offset %d has no verdict".formatted(partition, record.offset()));
    }
    if (record.offset() > offset) throw gone(offset);
    last = offset;
    return candidate(record);
  }

  private static Candidate candidate(ConsumerRecord<String, RefinedDocument> record) {
    Optional<RefinedDocument> document = Optional.ofNullable(record.value());
    Optional<Origin> origin = Origin.of(record.headers());
    return new Candidate(
        record.key(),
        origin.orElseGet(() -> Origin.of(document.orElseThrow().getOrigin())),
        document);
  }

  @Override
  public Optional<RefinedDocument> find(long offset) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      finder().seek(partition, offset);
      while (true) {
        for (ConsumerRecord<String, RefinedDocument> record : finder().poll(POLL)) {
          return record.offset() == offset ? Optional.of(record.value()) : Optional.empty();
        }
        if (System.nanoTime() - end > 0) throw silence(offset);
      }
    } catch (InvalidOffsetException e) {
      return Optional.empty();
    }
  }

  private Consumer<String, RefinedDocument> finder() {
    Consumer<String, RefinedDocument> known = finder;
    if (known != null) return known;
    Consumer<String, RefinedDocument> made = readers.get();
    made.assign(List.of(partition));
    finder = made;
    return made;
  }

  private ConsumerRecord<String, RefinedDocument> next(long offset) {
    long end = System.nanoTime() + patience.toNanos();
    while (!fetched.hasNext()) {
      if (System.nanoTime() - end > 0) throw silence(offset);
      fetched = poll(offset);
    }
    return fetched.next();
  }

  private TimeoutException silence(long offset) {
    return new TimeoutException(
        "candidate %s offset %d: no answer within %s".formatted(partition, offset, patience));
  }

  private Iterator<ConsumerRecord<String, RefinedDocument>> poll(long offset) {
    try {
      return consumer.poll(POLL).iterator();
    } catch (InvalidOffsetException e) {
      IllegalStateException gone = gone(offset);
      gone.initCause(e);
      throw gone;
    }
  }

  private IllegalStateException gone(long offset) {
    return new IllegalStateException(
        "candidate %s offset %d is gone; its topic must be kept until every verdict is released"
            .formatted(partition, offset));
  }

  @Override
  public void close() {
    CloseOptions soon = CloseOptions.timeout(Duration.ofSeconds(1));
    consumer.close(soon);
    if (finder != null) finder.close(soon);
  }
}
