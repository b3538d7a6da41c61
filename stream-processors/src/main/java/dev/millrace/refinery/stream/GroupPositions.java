package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** In which partitions a group has a position. */
record GroupPositions(Admin admin, String group) {
  private static final ListConsumerGroupOffsetsOptions STABLE =
      new ListConsumerGroupOffsetsOptions().requireStable(true);

  /** The broker ends a transaction that its producer left within its timeout and a little. */
  private static final Duration PATIENCE = KafkaConnection.TRANSACTION_TIMEOUT.multipliedBy(3);

  /**
   * Those of the partitions that the group has no position in. A position that a transaction is
   * just writing, be it of an instance that was killed, is waited for: Kafka leaves it out of its
   * answer, where one that is not there is null.
   *
   * @throws IllegalStateException where a transaction does not end
   */
  Set<TopicPartition> unknown(Collection<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    Set<TopicPartition> unknown = new HashSet<>();
    Set<TopicPartition> unanswered = new HashSet<>(partitions);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!unanswered.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> answer = ask(unanswered);
      answer.forEach(
          (partition, position) -> {
            if (position == null) unknown.add(partition);
          });
      unanswered.removeAll(answer.keySet());
      if (unanswered.isEmpty()) break;
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "the positions of group %s in %s are still being committed after %d s"
                .formatted(group, unanswered, PATIENCE.toSeconds()));
      }
      Thread.sleep(100);
    }
    return unknown;
  }

  private Map<TopicPartition, OffsetAndMetadata> ask(Set<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    return admin
        .listConsumerGroupOffsets(
            Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)), STABLE)
        .partitionsToOffsetAndMetadata(group)
        .get();
  }
}
