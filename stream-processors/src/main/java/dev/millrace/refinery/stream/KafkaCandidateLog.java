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
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** Reads committed candidates with a consumer of its own, which knows no group and never jumps. */
final class KafkaCandidateLog implements CandidateLog {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long NOWHERE = -1;

  private final TopicPartition partition;
  private final Topic<String, RefinedDocument> topic;
  private final Supplier<Consumer<String, byte[]>> readers;
  private final Consumer<String, byte[]> consumer;
  private final Duration patience;
  private @Nullable Consumer<String, byte[]> finder;
  private Iterator<ConsumerRecord<String, byte[]>> fetched = Collections.emptyIterator();
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
    this.topic = topic;
    Topic<String, byte[]> encoded = topic.withValues(Serdes.ByteArray());
    readers = () -> connection.reader(encoded);
    this.partition = new TopicPartition(topic.name(), partition);
    this.patience = patience;
    consumer = readers.get();
    consumer.assign(List.of(this.partition));
  }

  @Override
  public Candidate at(long offset) {
    if (offset <= last) {
      throw new IllegalStateException(
          "verdicts of %s out of order: %d after %d".formatted(partition, offset, last));
    }
    if (last == NOWHERE) consumer.seek(partition, offset);
    ConsumerRecord<String, byte[]> record = next(offset);
    if (record.offset() < offset) {
      throw new IllegalStateException(
          "candidate %s offset %d has no verdict".formatted(partition, record.offset()));
    }
    if (record.offset() > offset) throw gone(offset);
    last = offset;
    return candidate(record);
  }

  private Candidate candidate(ConsumerRecord<String, byte[]> record) {
    Optional<Encoded> document =
        Optional.ofNullable(record.value()).map(bytes -> new Encoded(decoded(record), bytes));
    Optional<Origin> origin = Origin.of(record.headers());
    return new Candidate(
        record.key(),
        origin.orElseGet(() -> Origin.of(document.orElseThrow().document().getOrigin())),
        document);
  }

  private RefinedDocument decoded(ConsumerRecord<String, byte[]> record) {
    try {
      return topic.values().deserializer().deserialize(topic.name(), record.value());
    } catch (SerializationException e) {
      throw new SerializationException(
          "candidate %s offset %d cannot be read".formatted(partition, record.offset()), e);
    }
  }

  @Override
  public Optional<RefinedDocument> find(long offset) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      finder().seek(partition, offset);
      while (true) {
        for (ConsumerRecord<String, byte[]> record : finder().poll(POLL)) {
          return record.offset() == offset ? Optional.of(decoded(record)) : Optional.empty();
        }
        if (System.nanoTime() - end > 0) throw silence(offset);
      }
    } catch (InvalidOffsetException e) {
      return Optional.empty();
    }
  }

  private Consumer<String, byte[]> finder() {
    Consumer<String, byte[]> known = finder;
    if (known != null) return known;
    Consumer<String, byte[]> made = readers.get();
    made.assign(List.of(partition));
    finder = made;
    return made;
  }

  private ConsumerRecord<String, byte[]> next(long offset) {
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

  private Iterator<ConsumerRecord<String, byte[]>> poll(long offset) {
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
