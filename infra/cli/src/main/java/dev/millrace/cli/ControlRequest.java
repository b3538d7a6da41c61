package dev.millrace.cli;

import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.ControlCommand;
import dev.millrace.schemas.ControlKind;
import dev.millrace.schemas.ControlOutcome;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LenientValues;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;

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
    try (Consumer<String, byte[]> answers =
        kafka.reader(topics.controlAcknowledged().withValues(Serdes.ByteArray()))) {
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
    LenientValues<ControlCommand> values = new LenientValues<>(topics.control());
    kafka.scan(
        topics.control().withValues(Serdes.ByteArray()),
        record -> values.of(record).ifPresent(other -> requireOneKind(command, other)));
  }

  private static void requireOneKind(ControlCommand command, ControlCommand other) {
    if (!other.getId().equals(command.getId()) || other.getKind() == command.getKind()) return;
    throw new UserError(
        "command %s is a %s: another needs another id"
            .formatted(other.getId(), other.getKind().toString().toLowerCase(Locale.ROOT)));
  }

  private ControlAcknowledged await(
      Consumer<String, byte[]> answers, ControlCommand command, Duration patience) {
    LenientValues<ControlAcknowledged> values = new LenientValues<>(topics.controlAcknowledged());
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      List<ControlAcknowledged> found = new ArrayList<>();
      for (ConsumerRecord<String, byte[]> record : answers.poll(POLL)) {
        if (command.getId().equals(record.key())) values.of(record).ifPresent(found::add);
      }
      if (!found.isEmpty()) return found.get(found.size() - 1);
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
