package dev.millrace.evaluator;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** One run's announcements in {@code checkpoints}, from a given offset on. */
final class CheckpointFeed implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);

  private final String run;
  private final Consumer<String, CheckpointPublished> consumer;
  private final TopicPartition partition;
  private final List<Announced> read = new ArrayList<>();

  /**
   * An announcement.
   *
   * @param offset in the topic
   */
  record Announced(long offset, CheckpointPublished checkpoint) {}

  /**
   * @param from the first offset to read; 0 for all that the log still has
   */
  CheckpointFeed(
      String run, KafkaConnection kafka, Topic<String, CheckpointPublished> topic, long from) {
    this.run = run;
    this.consumer = kafka.reader(topic);
    this.partition = new TopicPartition(topic.name(), 0);
    consumer.assign(List.of(partition));
    if (from == 0) consumer.seekToBeginning(List.of(partition));
    else consumer.seek(partition, from);
  }

  /**
   * Everything that is announced and was not handed out before, in order; waits a moment for it.
   * Empty as long as there is more to read.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException when Kafka does not answer; nothing is
   *     lost by it
   */
  List<Announced> poll() {
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    for (ConsumerRecord<String, CheckpointPublished> record : consumer.poll(POLL)) {
      if (record.value() != null && record.value().getRun().equals(run)) {
        read.add(new Announced(record.offset(), record.value()));
      }
    }
    if (consumer.position(partition) < end) return List.of();
    List<Announced> announced = List.copyOf(read);
    read.clear();
    return announced;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
