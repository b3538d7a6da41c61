package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * How large a topic is.
 *
 * @param partitions 0: it does not exist
 * @param offsets end minus beginning, all partitions; transaction markers count too
 */
record TopicSize(String topic, int partitions, long offsets) {
  static List<TopicSize> of(KafkaConnection kafka, Collection<Topic<?, ?>> topics) {
    List<TopicSize> sizes = new ArrayList<>();
    for (Topic<?, ?> topic : topics) {
      try (Consumer<?, ?> reader = kafka.reader(topic)) {
        sizes.add(of(reader, topic));
      }
    }
    return sizes;
  }

  private static TopicSize of(Consumer<?, ?> reader, Topic<?, ?> topic) {
    List<TopicPartition> all = KafkaConnection.partitions(reader, topic);
    Map<TopicPartition, Long> begins = reader.beginningOffsets(all);
    long offsets =
        reader.endOffsets(all).entrySet().stream()
            .mapToLong(e -> e.getValue() - begins.get(e.getKey()))
            .sum();
    return new TopicSize(topic.name(), all.size(), offsets);
  }

  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("topic", topic)
        .put("partitions", partitions)
        .put("offsets", offsets);
  }
}
