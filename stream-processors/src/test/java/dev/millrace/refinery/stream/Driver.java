package dev.millrace.refinery.stream;

import dev.millrace.schemas.Topic;
import dev.millrace.schemas.Topics;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** One stage alone in Kafka's own test driver. */
final class Driver implements AutoCloseable {
  static final Topics TOPICS = new Topics("test.");

  private final TopologyTestDriver driver;

  Driver(Topology topology) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, RefineryTopology.applicationId(TOPICS));
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    driver = new TopologyTestDriver(topology, properties);
  }

  <K, V> TestInputTopic<K, V> input(Topic<K, V> topic) {
    return driver.createInputTopic(
        topic.name(), topic.keys().serializer(), topic.values().serializer());
  }

  <K, V> List<TestRecord<K, V>> output(Topic<K, V> topic) {
    return driver
        .createOutputTopic(topic.name(), topic.keys().deserializer(), topic.values().deserializer())
        .readRecordsToList();
  }

  /** What a store's log has. */
  List<TestRecord<byte[], byte[]>> log(String store) {
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    return driver
        .createOutputTopic(
            RefineryTopology.applicationId(TOPICS) + "-" + store + "-changelog", bytes, bytes)
        .readRecordsToList();
  }

  long count(String store, String outcome, String domain) {
    KeyValueStore<String, Long> counts = driver.getKeyValueStore(store);
    Long count = counts.get(new Counts.Key(outcome, domain).toString());
    return count == null ? 0 : count;
  }

  static <K, V> TestRecord<K, V> record(K key, V value) {
    return new TestRecord<>(key, value, new RecordHeaders());
  }

  @Override
  public void close() {
    driver.close();
  }
}
