package dev.millrace.tokenization;

import static org.apache.kafka.streams.StreamsConfig.consumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Kafka Streams' settings: large batches, and a restarted instance that is known at once. */
final class StreamProperties {
  /** Long enough to mean: a broker that is away is waited for. */
  private static final Duration WAIT = Duration.ofDays(30);

  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

  private StreamProperties() {}

  static Properties of(
      KafkaConnection kafka,
      String group,
      String instance,
      Path stateDirectory,
      PackingConfig config) {
    Properties all = new Properties();
    all.putAll(kafka.properties());
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
    all.put(StreamsConfig.CLIENT_ID_CONFIG, "tokenization-" + instance);
    all.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic"); // The new one has no static members.
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL.toMillis());
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 32L << 20);
    all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 500);
    all.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, WAIT.toMillis());
    consumers(all, group + "-" + instance);
    producers(all);
    return all;
  }

  private static void consumers(Properties all, String member) {
    all.put(mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), member);
    all.put(consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
    all.put(consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 2 << 20);
    all.put(consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
    all.put(consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    all.put(consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 500);
  }

  private static void producers(Properties all) {
    all.put(producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    all.put(producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
    all.put(producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 << 10);
    all.put(
        producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), Topics.RECORD_BYTES_MAX + (16L << 20));
    all.put(producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topics.RECORD_BYTES_MAX);
    all.put(
        producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        (int) KafkaConnection.TRANSACTION_TIMEOUT.toMillis());
  }
}
