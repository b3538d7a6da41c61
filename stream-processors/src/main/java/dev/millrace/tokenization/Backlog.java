package dev.millrace.tokenization;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** What a group has still to read of a topic. Not safe for use by several threads. */
final class Backlog implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final String group;
  private final Topic<?, ?> topic;
  private final Admin admin;
  private final Consumer<?, ?> reader;

  Backlog(KafkaConnection kafka, String group, Topic<?, ?> topic) {
    this.group = group;
    this.topic = topic;
    admin = kafka.admin();
    reader = kafka.reader(topic);
  }

  /** Whether every record that is committed by now lies before the group's committed positions. */
  boolean isEmpty() throws InterruptedException {
    Map<TopicPartition, Long> ends = Positions.ends(admin, topic.name());
    Map<TopicPartition, Long> done = Positions.committed(admin, group);
    for (TopicPartition partition : ends.keySet()) {
      if (!done.containsKey(partition)) return false;
      if (hasRecord(partition, done.get(partition), ends.get(partition))) return false;
    }
    return true;
  }

  /** Between two offsets there may be nothing but the marks of transactions. */
  private boolean hasRecord(TopicPartition partition, long from, long to) {
    if (from >= to) return false;
    reader.assign(List.of(partition));
    reader.seek(partition, from);
    while (reader.position(partition) < to) {
      if (!reader.poll(LOOK).isEmpty()) return true;
    }
    return false;
  }

  @Override
  public void close() {
    admin.close();
    reader.close();
  }
}
