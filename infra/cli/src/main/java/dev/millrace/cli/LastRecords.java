package dev.millrace.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The last committed records of a topic. How far before the end they begin no offset tells:
 * transaction markers, what was aborted and what compaction took away have offsets too.
 *
 * @param reader is assigned to the topic
 * @param ends of every partition
 */
record LastRecords(Consumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
  private static final Duration POLL = Duration.ofMillis(300);
  private static final long STRIDE_MIN = 16;

  /** So many of all partitions together, or all where there are fewer; the oldest first. */
  List<ConsumerRecord<byte[], byte[]>> read(long count) {
    Map<TopicPartition, Long> begins = reader.beginningOffsets(ends.keySet());
    long stride = Math.max(count, STRIDE_MIN);
    while (true) {
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = stepBack(begins, stride);
      if (isEnough(found, begins, stride, count)) return newest(found, count);
      stride *= 4;
    }
  }

  private Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> stepBack(
      Map<TopicPartition, Long> begins, long stride) {
    ends.forEach((p, end) -> reader.seek(p, Math.max(begins.get(p), end - stride)));
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found = new HashMap<>();
    ends.keySet().forEach(p -> found.put(p, new ArrayList<>()));
    while (ends.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.get(partition)) found.get(partition).add(record);
      }
    }
    return found;
  }

  /** The last of all may all be in one partition. */
  private boolean isEnough(
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found,
      Map<TopicPartition, Long> begins,
      long stride,
      long count) {
    return ends.keySet().stream()
        .allMatch(p -> found.get(p).size() >= count || ends.get(p) - stride <= begins.get(p));
  }

  private static List<ConsumerRecord<byte[], byte[]>> newest(
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> found, long count) {
    List<ConsumerRecord<byte[], byte[]>> all =
        found.values().stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingLong(ConsumerRecord::timestamp)) // Stable in a partition.
            .toList();
    return all.subList((int) Math.max(0, all.size() - count), all.size());
  }
}
