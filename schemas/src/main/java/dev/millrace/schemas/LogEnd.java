package dev.millrace.schemas;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Where a log ends, whoever's transactions are still open there. What a fenced writer has committed
 * may lie behind another writer's open transaction: who must see it reads to this end.
 */
public final class LogEnd {
  private LogEnd() {}

  /** The offset behind the last record, committed or not. */
  public static long of(KafkaConnection kafka, TopicPartition partition, KafkaWait wait) {
    try (Admin admin = kafka.admin()) {
      return wait.until(() -> of(admin, partition));
    }
  }

  private static long of(Admin admin, TopicPartition partition) {
    try {
      return admin
          .listOffsets(
              Map.of(partition, OffsetSpec.latest()),
              new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
          .partitionResult(partition)
          .get()
          .offset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while reading " + partition, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException again) throw again;
      throw new KafkaException("cannot read " + partition + ": " + e.getCause().getMessage(), e);
    }
  }
}
