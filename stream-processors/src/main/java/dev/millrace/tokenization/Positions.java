package dev.millrace.tokenization;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** How far a group is in a topic, and how far it could be. */
final class Positions {
  private Positions() {}

  /**
   * The explicit beginning of a stream that never resets its position: the first record that is
   * there.
   *
   * @param first whether the group may begin; else nothing is done
   * @return partitions that the group has no position in
   */
  static List<TopicPartition> begin(Admin admin, String group, String topic, boolean first)
      throws InterruptedException {
    Map<TopicPartition, Long> beginnings = offsets(admin, topic, OffsetSpec.earliest());
    committed(admin, group).keySet().forEach(beginnings::remove);
    if (!first || beginnings.isEmpty()) return List.copyOf(beginnings.keySet());
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    beginnings.forEach((partition, at) -> positions.put(partition, new OffsetAndMetadata(at)));
    try {
      Answers.of(admin.alterConsumerGroupOffsets(group, positions).all());
    } catch (UnknownMemberIdException e) {
      // The group has members: another instance has begun.
    }
    return List.of();
  }

  /** The next offset that each partition's committed records do not reach. */
  static Map<TopicPartition, Long> ends(Admin admin, String topic) throws InterruptedException {
    return offsets(admin, topic, OffsetSpec.latest());
  }

  /** Where a group goes on; nothing where it has not begun. */
  static Map<TopicPartition, Long> committed(Admin admin, String group)
      throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Answers.of(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, position) -> {
              if (position != null) offsets.put(partition, position.offset());
            });
    return offsets;
  }

  private static Map<TopicPartition, Long> offsets(Admin admin, String topic, OffsetSpec spec)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> partitions =
        Answers.of(admin.describeTopics(List.of(topic)).allTopicNames())
            .get(topic)
            .partitions()
            .stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .collect(Collectors.toMap(Function.identity(), partition -> spec));
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Answers.of(admin.listOffsets(partitions, committed).all())
        .forEach((partition, at) -> offsets.put(partition, at.offset()));
    return offsets;
  }
}
