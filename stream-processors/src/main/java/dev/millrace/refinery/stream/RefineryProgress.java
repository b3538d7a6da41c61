package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;

/**
 * How far the refinery of a topic prefix is, seen from outside: by its group's committed positions.
 * Not for use by two threads at once.
 */
public final class RefineryProgress implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int FETCH_WAIT_MILLIS = 10;

  /** The first of the stages: what is pushed as JSON, and raw. */
  private static final int PUSHED = 2;

  private final String group;
  private final List<Topic<?, ?>> stages;
  private final List<Topic<?, ?>> outcomes;
  private final Admin admin;
  private final Consumer<byte[], byte[]> reader;

  public RefineryProgress(KafkaConnection connection, Topics topics) {
    group = RefineryTopology.applicationId(topics);
    stages =
        List.of(
            topics.rawJson(),
            topics.raw(),
            topics.candidates(),
            topics.signatures(),
            topics.verdicts());
    outcomes = List.of(topics.refined(), topics.heldOut(), topics.dropped(), topics.deadLetters());
    admin = connection.admin();
    reader = impatient(connection).reader(bytes());
  }

  /** A fetch for what is not there yet holds up the next one, which asks for another stage. */
  private static KafkaConnection impatient(KafkaConnection connection) {
    Map<String, Object> properties = new HashMap<>(connection.properties());
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
    return new KafkaConnection(properties);
  }

  private static Topic<byte[], byte[]> bytes() {
    return new Topic<>("any", Serdes.ByteArray(), Serdes.ByteArray(), Topic.SHARED, Map.of());
  }

  /**
   * Whether every raw record that was committed before this call has found its end, where whoever
   * reads committed records finds it.
   *
   * @throws KafkaException where Kafka does not answer
   */
  public boolean caughtUp() {
    // In the order of the flow: what a stage has committed is in the next one's topic.
    for (Topic<?, ?> stage : stages) {
      if (anyRecordLeft(stage)) return false;
    }
    return outcomes.stream().noneMatch(outcome -> anyTransactionOpen(partitions(outcome)));
  }

  /**
   * What was pushed and is not read yet, JSON included: so many records at most, for marks of
   * transactions take places too.
   *
   * @throws KafkaException where Kafka does not answer
   */
  public long unread() {
    Map<TopicPartition, OffsetAndMetadata> committed = committed();
    long places = 0;
    for (Topic<?, ?> pushed : stages.subList(0, PUSHED)) {
      List<TopicPartition> partitions = partitions(pushed);
      Map<TopicPartition, Long> from = positions(partitions, committed);
      Map<TopicPartition, Long> ends = committedOffsets(partitions, OffsetSpec.latest());
      for (TopicPartition p : partitions) places += Math.max(0, ends.get(p) - from.get(p));
    }
    return places;
  }

  private boolean anyRecordLeft(Topic<?, ?> stage) {
    List<TopicPartition> partitions = partitions(stage);
    if (anyTransactionOpen(partitions)) return true;
    Map<TopicPartition, Long> from = positions(partitions, committed());
    Map<TopicPartition, Long> ends = committedOffsets(partitions, OffsetSpec.latest());
    from.entrySet().removeIf(position -> position.getValue() >= ends.get(position.getKey()));
    return anyRecord(from, ends);
  }

  /**
   * The end of a transaction reaches each of its partitions in its own time: the position that it
   * commits may be seen before the records.
   */
  private boolean anyTransactionOpen(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> committed = committedOffsets(partitions, OffsetSpec.latest());
    return !committed.equals(
        offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED));
  }

  /** Where the group has committed none, it will begin at what there is first. */
  private Map<TopicPartition, Long> positions(
      List<TopicPartition> partitions, Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, Long> positions = committedOffsets(partitions, OffsetSpec.earliest());
    committed.forEach((p, at) -> positions.computeIfPresent(p, (q, first) -> at.offset()));
    return positions;
  }

  /** Between a position and the end there may be nothing but markers of transactions. */
  private boolean anyRecord(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends) {
    if (from.isEmpty()) return false;
    reader.assign(from.keySet());
    from.forEach(reader::seek);
    while (from.keySet().stream().anyMatch(p -> reader.position(p) < ends.get(p))) {
      if (!reader.poll(POLL).isEmpty()) return true;
    }
    return false;
  }

  private List<TopicPartition> partitions(Topic<?, ?> stage) {
    return answer(admin.describeTopics(List.of(stage.name())).allTopicNames())
        .get(stage.name())
        .partitions()
        .stream()
        .map(info -> new TopicPartition(stage.name(), info.partition()))
        .toList();
  }

  private Map<TopicPartition, Long> committedOffsets(
      List<TopicPartition> partitions, OffsetSpec spec) {
    return offsets(partitions, spec, IsolationLevel.READ_COMMITTED);
  }

  private Map<TopicPartition, Long> offsets(
      List<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answer(admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all())
        .forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(
            answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
    committed.values().removeIf(Objects::isNull);
    return committed;
  }

  private <T> T answer(KafkaFuture<T> question) {
    try {
      return question.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking for the progress of " + group, e);
    } catch (ExecutionException e) {
      throw new KafkaException(
          "no progress of " + group + ": " + e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }
}
