package dev.millrace.refinery.stream;

import dev.millrace.schemas.KafkaConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** In which partitions a group has a position. */
record GroupPositions(Admin admin, String group) {
  private static final long LOOK_AGAIN_MILLIS = 50;

  /** Ample: a broker ends a transaction that its producer left seconds after its timeout. */
  private static final Duration PATIENCE = KafkaConnection.TRANSACTION_TIMEOUT.multipliedBy(3);

  /**
   * Those of the partitions that the group has no position in. Where a transaction is just writing
   * the first one, its end is waited for; a later one, be it of an instance that was killed, does
   * not matter here.
   *
   * @throws IllegalStateException where the transaction does not end
   */
  Set<TopicPartition> unknown(Collection<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    Set<TopicPartition> unknown = withoutPosition(partitions, ask(partitions, false));
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!unknown.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> settled = ask(unknown, true);
      if (settled.keySet().containsAll(unknown)) return withoutPosition(unknown, settled);
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "the positions of group %s in %s are still being committed after %d s"
                .formatted(group, unknown, PATIENCE.toSeconds()));
      }
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
    return unknown;
  }

  private static Set<TopicPartition> withoutPosition(
      Collection<TopicPartition> asked, Map<TopicPartition, OffsetAndMetadata> answer) {
    return asked.stream()
        .filter(partition -> answer.get(partition) == null)
        .collect(Collectors.toSet());
  }

  /**
   * As Kafka answers: null where there is none.
   *
   * @param stable leaves out partitions whose position a transaction is just writing
   */
  private Map<TopicPartition, OffsetAndMetadata> ask(
      Collection<TopicPartition> partitions, boolean stable)
      throws InterruptedException, ExecutionException {
    return admin
        .listConsumerGroupOffsets(
            Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)),
            new ListConsumerGroupOffsetsOptions().requireStable(stable))
        .partitionsToOffsetAndMetadata(group)
        .get();
  }
}
