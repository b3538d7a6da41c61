package dev.millrace.trainer;

import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.SkipList;
import dev.millrace.schemas.TokenSequence;
import dev.millrace.schemas.Topic;
import dev.millrace.trainer.TrainingTime.Wait;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training order, from any place on, without gaps. The place is kept by whoever reads, never by
 * Kafka.
 */
final class CurriculumReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CurriculumReader.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** How long there may be nothing to train on before that is worth a line. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final TopicPartition partition;
  private final Consumer<Long, CurriculumSequence> consumer;
  private final Limits limits;
  private final Collator collator;
  private final Stop stop;
  private final SkipList skips;
  private final TrainingTime time;
  private final Deque<ConsumerRecord<Long, CurriculumSequence>> read = new ArrayDeque<>();
  private long nextOrdinal; // The position, which the next step begins at.
  private long expected; // What the topic must hold next.
  private long waitedNanos;

  /**
   * What sequences must be.
   *
   * @param tokenizer that must have made the tokens
   * @param vocabularySize token ids are less
   * @param lengthMax tokens of a sequence but the first, at most
   */
  record Limits(String tokenizer, int vocabularySize, int lengthMax) {}

  /**
   * @param skips ordinals that no step takes; more may be added at any time
   */
  CurriculumReader(
      KafkaConnection kafka,
      Topic<Long, CurriculumSequence> topic,
      Limits limits,
      Collator collator,
      SkipList skips,
      TrainingTime time,
      Stop stop) {
    this.partition = new TopicPartition(topic.name(), 0);
    this.consumer = kafka.reader(topic);
    this.limits = limits;
    this.collator = collator;
    this.skips = skips;
    this.time = time;
    this.stop = stop;
    consumer.assign(List.of(partition));
  }

  /** Goes to where an ordinal is to be found. */
  void seek(long ordinal, long offset) {
    read.clear();
    nextOrdinal = ordinal;
    expected = ordinal;
    consumer.seek(partition, offset);
  }

  /**
   * The next step's sequences, as soon as all of them are there.
   *
   * @param interrupted asked now and then while they are not
   * @return none when told to stop or interrupted
   */
  Optional<StepBatch> take(StepShape shape, BooleanSupplier interrupted) {
    long start = time.now();
    read.removeIf(record -> skips.cover(record.value().getOrdinal()));
    boolean complete = await(shape.sequences(), start, interrupted);
    waitedNanos = time.waited(Wait.SEQUENCES, start);
    return complete ? Optional.of(batch(shape)) : Optional.empty();
  }

  /** How long the last {@link #take} took. */
  long waitedNanos() {
    return waitedNanos;
  }

  private boolean await(int sequences, long start, BooleanSupplier interrupted) {
    boolean said = false;
    while (read.size() < sequences) {
      if (stop.requested() || interrupted.getAsBoolean()) return false;
      poll();
      if (!said && time.now() - start > SILENCE.toNanos() && read.size() < sequences) {
        said = true;
        LOG.info("Nothing to train on: waits for ordinal {} of {}", expected, partition);
      }
    }
    if (said) LOG.info("Sequences again up to ordinal {} of {}", expected - 1, partition);
    return true;
  }

  private void poll() {
    try {
      for (ConsumerRecord<Long, CurriculumSequence> record : consumer.poll(LOOK_EVERY)) {
        requireNext(record);
        expected++;
        if (!skips.cover(record.value().getOrdinal())) read.add(record);
      }
    } catch (InvalidOffsetException e) {
      throw new IllegalStateException(
          "Ordinal %d is no longer in %s: a curriculum must be kept for the life of its run"
              .formatted(expected, partition),
          e);
    }
  }

  private void requireNext(ConsumerRecord<Long, CurriculumSequence> record) {
    if (record.value() == null || record.value().getOrdinal() != expected) {
      throw new IllegalStateException(
          "%s offset %d: %s where ordinal %d must be"
              .formatted(
                  partition,
                  record.offset(),
                  record.value() == null ? "nothing" : "ordinal " + record.value().getOrdinal(),
                  expected));
    }
  }

  private StepBatch batch(StepShape shape) {
    long firstOrdinal = nextOrdinal;
    long nextOffset = 0;
    List<PackedSequence> sequences = new ArrayList<>();
    for (int i = 0; i < shape.sequences(); i++) {
      ConsumerRecord<Long, CurriculumSequence> record = read.remove();
      sequences.add(sequence(record));
      nextOrdinal = record.value().getOrdinal() + 1;
      nextOffset = record.offset() + 1;
    }
    return StepBatch.of(collator, sequences, shape, firstOrdinal, nextOrdinal, nextOffset);
  }

  private PackedSequence sequence(ConsumerRecord<Long, CurriculumSequence> record) {
    try {
      requireTokenizer(record.value().getSequence());
      return PackedSequence.of(record.value(), limits.vocabularySize(), limits.lengthMax());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "%s offset %d, ordinal %d: %s"
              .formatted(partition, record.offset(), record.value().getOrdinal(), e.getMessage()),
          e);
    }
  }

  private void requireTokenizer(TokenSequence sequence) {
    if (sequence.getTokenizer().equals(limits.tokenizer())) return;
    throw new IllegalArgumentException(
        "made by tokenizer %s, and the run's is %s"
            .formatted(sequence.getTokenizer(), limits.tokenizer()));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
