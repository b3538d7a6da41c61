package dev.millrace.cli.demo;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** What has come to a topic of one partition since the last look, from its beginning on. */
final class Tail<V> implements AutoCloseable {
  private final Consumer<?, V> reader;

  <K> Tail(KafkaConnection kafka, Topic<K, V> topic) {
    reader = kafka.reader(topic);
    List<TopicPartition> one = List.of(new TopicPartition(topic.name(), 0));
    reader.assign(one);
    reader.seekToBeginning(one);
  }

  List<V> poll() {
    List<V> values = new ArrayList<>();
    reader.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
    return values;
  }

  @Override
  public void close() {
    reader.close();
  }
}
