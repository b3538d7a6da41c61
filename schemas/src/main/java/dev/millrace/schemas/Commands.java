package dev.millrace.schemas;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A run's commands of some kinds, as the one service sees them that obeys these kinds. A command is
 * handed out until an acknowledgement with its id is in the log, whoever wrote it, and never again:
 * killed before the acknowledgement is committed, the next service gets it; after, nobody does.
 *
 * <p>Both topics are read whole when a service begins; {@link LenientValues what is no command} is
 * passed over.
 */
public final class Commands implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaWait wait;
  private final Set<ControlKind> kinds;
  private final List<ControlAcknowledged> acknowledged = new ArrayList<>();
  private final Set<String> known = new HashSet<>(); // Acknowledged, or waiting.
  private final Deque<ControlCommand> waiting = new ArrayDeque<>();
  private final TopicPartition partition;
  private final Consumer<String, byte[]> reader;
  private final LenientValues<ControlCommand> commands;

  /**
   * Only right when older services that obey these kinds are fenced.
   *
   * @param kinds a service's own; no other service has one of them
   */
  public Commands(
      KafkaConnection kafka, Topics.Run topics, Set<ControlKind> kinds, KafkaWait wait) {
    this.kinds = Set.copyOf(kinds);
    this.wait = wait;
    for (ControlAcknowledged past : acknowledgements(kafka, topics, wait)) {
      if (!kinds.contains(past.getCommand().getKind())) continue;
      acknowledged.add(past);
      known.add(past.getCommand().getId());
    }
    partition = new TopicPartition(topics.control().name(), 0);
    commands = new LenientValues<>(topics.control());
    reader = kafka.reader(topics.control().withValues(Serdes.ByteArray()));
    reader.assign(List.of(partition));
    reader.seekToBeginning(List.of(partition));
  }

  /** All that a run's services have acknowledged up to now, in the log's order. */
  public static List<ControlAcknowledged> acknowledgements(
      KafkaConnection kafka, Topics.Run topics, KafkaWait wait) {
    List<ControlAcknowledged> all = new ArrayList<>();
    TopicPartition partition = new TopicPartition(topics.controlAcknowledged().name(), 0);
    long end = LogEnd.of(kafka, partition, wait);
    LenientValues<ControlAcknowledged> values = new LenientValues<>(topics.controlAcknowledged());
    try (Consumer<String, byte[]> reader =
        kafka.reader(topics.controlAcknowledged().withValues(Serdes.ByteArray()))) {
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      wait.readTo(reader, Map.of(partition, end), record -> values.of(record).ifPresent(all::add));
    }
    return all;
  }

  /** The past: what was acknowledged before this service began. */
  public List<ControlAcknowledged> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** Takes in every command that is in the log by now. */
  public void look() {
    Map<TopicPartition, Long> ends = wait.until(() -> reader.endOffsets(List.of(partition)));
    wait.readTo(reader, ends, this::take);
  }

  /** As {@link #look}, but waits a moment where there is none. */
  public void await() {
    reader.poll(POLL).forEach(this::take);
    if (waiting.isEmpty()) look(); // A broker that is away is waited for.
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    commands
        .of(record)
        .filter(command -> kinds.contains(command.getKind()))
        .filter(command -> known.add(command.getId()))
        .ifPresent(waiting::add);
  }

  /** Whether one waits to be obeyed. */
  public boolean isAnyWaiting() {
    return !waiting.isEmpty();
  }

  /** The next to be obeyed; it stops waiting. */
  public Optional<ControlCommand> next() {
    return Optional.ofNullable(waiting.poll());
  }

  /**
   * What is to be written of a command that is obeyed.
   *
   * @param step steps done, or -1
   * @param ordinal from which on it holds
   */
  public static ControlAcknowledged applied(ControlCommand command, long step, long ordinal) {
    return new ControlAcknowledged(
        command, ControlOutcome.APPLIED, null, step, ordinal, null, null, null, Instant.now());
  }

  /** What is to be written of one that is not. */
  public static ControlAcknowledged refused(
      ControlCommand command, long step, long ordinal, String reason) {
    return new ControlAcknowledged(
        command, ControlOutcome.REFUSED, reason, step, ordinal, null, null, null, Instant.now());
  }

  @Override
  public void close() {
    reader.close();
  }
}
