package dev.millrace.cli;

import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes a command into a run's log and waits until the service that it is for says what it did.
 */
record ControlRequest(KafkaConnection kafka, Topics.Run topics) {
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * What became of it; where a command of this id was acknowledged before, what became of that.
   *
   * @throws UserError where it is refused, its id is that of a command of another kind, or it is
   *     not acknowledged in time; then it still will be
   */
  ControlAcknowledged send(ControlCommand command, Duration patience) {
    try (Consumer<String, ControlAcknowledged> answers =
        kafka.reader(topics.controlAcknowledged())) {
      if (KafkaConnection.partitions(answers, topics.controlAcknowledged()).isEmpty()) {
        throw new UserError("topics are missing: 'millrace topics create' makes them");
      }
      TopicPartition partition = new TopicPartition(topics.controlAcknowledged().name(), 0);
      answers.assign(List.of(partition));
      answers.seekToBeginning(List.of(partition));
      requireOneKind(command);
      kafka.writeTogether(
          topics.runPrefix() + "control-",
          List.of(topics.control().record(command.getId(), command)));
      ControlAcknowledged answer = await(answers, command, patience);
      if (answer.getOutcome() == ControlOutcome.APPLIED) return answer;
      throw new UserError("refused: " + answer.getReason());
    }
  }

  /** Trainer and scheduler know the ids of their own kinds alone. */
  private void requireOneKind(ControlCommand command) {
    kafka.scan(
        topics.control(),
        record -> {
          ControlCommand other = record.value();
          if (other.getId().equals(command.getId()) && other.getKind() != command.getKind()) {
            throw new UserError(
                "command %s is a %s: another needs another id"
                    .formatted(other.getId(), other.getKind().toString().toLowerCase(Locale.ROOT)));
          }
        });
  }

  private static ControlAcknowledged await(
      Consumer<String, ControlAcknowledged> answers, ControlCommand command, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<ControlAcknowledged> answer = Optional.empty();
      for (ConsumerRecord<String, ControlAcknowledged> record : answers.poll(POLL)) {
        if (record.key().equals(command.getId())) answer = Optional.of(record.value());
      }
      if (answer.isPresent()) return answer.get();
      if (System.nanoTime() - end > 0) throw new UserError(silence(command, patience));
    }
  }

  private static String silence(ControlCommand command, Duration patience) {
    boolean mixture = command.getKind() == ControlKind.MIXTURE;
    return "command %s is in the log, but the %s has not answered within %s; it will obey when it runs ('millrace %s')"
        .formatted(
            command.getId(),
            mixture ? "curriculum scheduler" : "trainer",
            patience,
            mixture ? "curriculum" : "train");
  }
}
