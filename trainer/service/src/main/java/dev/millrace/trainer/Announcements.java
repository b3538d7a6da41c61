package dev.millrace.trainer;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.KafkaWait;
import dev.millrace.schemas.LogEnd;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * What earlier trainers of a run have recorded. Only right once they are fenced: read after the
 * ledger is open.
 */
record Announcements(KafkaConnection kafka, TrainerRun run, KafkaWait patience) {
  private static final long TAIL = 100; // Steps have two offsets, a record and its marker.

  /** A run's checkpoints in the order in which they were announced: the last one counts. */
  List<CheckpointPublished> checkpoints(String name) {
    List<CheckpointPublished> ours = new ArrayList<>();
    read(
        run.topics().checkpoints(),
        0,
        record -> {
          if (name.equals(record.key())) ours.add(record.value());
        });
    return ours;
  }

  /**
   * The highest attempt that has left anything: a step, a checkpoint, or a directory that was never
   * announced; 0 where none has.
   */
  int lastAttempt(List<CheckpointPublished> announced, List<String> directories) {
    return IntStream.of(
            lastRecordedAttempt(),
            announced.stream().mapToInt(CheckpointPublished::getAttempt).max().orElse(0),
            Retention.lastAttempt(directories))
        .max()
        .orElse(0);
  }

  /** The last step up to this one that changed the weights, as trainers up to an attempt did it. */
  Optional<TrainingProgress> lastTrained(String name, long step, int attemptMax) {
    List<TrainingProgress> found = new ArrayList<>();
    read(
        run.topics().run(name).progress(),
        0,
        record -> {
          TrainingProgress now = record.value();
          boolean wanted = now.getStep() <= step && now.getAttempt() <= attemptMax;
          if (!wanted || now.getSkipped() != null) return;
          if (!found.isEmpty() && found.get(0).getStep() > now.getStep()) return;
          found.clear();
          found.add(now);
        });
    return found.stream().findFirst();
  }

  /** Kafka's id of a topic. */
  String id(Topic<?, ?> topic) {
    String name = topic.name();
    try (Admin admin = kafka.admin()) {
      return patience
          .until(() -> await(admin.describeTopics(List.of(name)).topicNameValues().get(name), name))
          .topicId()
          .toString();
    }
  }

  private int lastRecordedAttempt() {
    Topic<String, TrainingProgress> topic = run.own().progress();
    long end = end(topic);
    for (long tail = TAIL; ; tail *= 2) { // Attempts only grow, so the end of the log will do.
      List<Integer> attempts = new ArrayList<>();
      read(topic, Math.max(0, end - tail), record -> attempts.add(record.value().getAttempt()));
      if (!attempts.isEmpty()) return attempts.get(attempts.size() - 1);
      if (tail >= end) return 0;
    }
  }

  /**
   * Hands over what is committed of all that was written before the call. Where another producer's
   * transaction is still open, waits for its end: our own records may lie behind it. Records
   * without a value, which are nobody's, are passed over.
   */
  private <V> void read(
      Topic<String, V> topic, long from, Consumer<ConsumerRecord<String, V>> action) {
    TopicPartition partition = new TopicPartition(topic.name(), 0);
    long end = end(topic);
    try (var reader = kafka.reader(topic)) {
      reader.assign(List.of(partition));
      reader.seek(partition, from);
      patience.readTo(
          reader,
          Map.of(partition, end),
          record -> {
            if (record.value() != null) action.accept(record);
          });
    }
  }

  private long end(Topic<?, ?> topic) {
    return LogEnd.of(kafka, new TopicPartition(topic.name(), 0), patience);
  }

  private static <T> T await(KafkaFuture<T> future, String topic) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while reading " + topic, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException again) throw again;
      throw new KafkaException("cannot read " + topic + ": " + e.getCause().getMessage(), e);
    }
  }
}
