package dev.millrace.refinery.stream;

import static org.apache.kafka.streams.StreamsConfig.consumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;
import static org.apache.kafka.streams.StreamsConfig.restoreConsumerPrefix;

import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Kafka Streams' settings. Larger batches, a longer linger and lz4 between stages are worth half of
 * the throughput; the commit interval is the latency (infra/decisions/dedup-sequenced-index.md).
 */
final class StreamProperties {
  /** Long enough to mean: a broker that is away is waited for. */
  private static final Duration WAIT = Duration.ofDays(30);

  private static final int FETCH_BYTES = 2 << 20;

  private StreamProperties() {}

  static Properties of(
      KafkaConnection connection,
      Topics topics,
      StreamConfig config,
      String instance,
      Path stateDirectory) {
    Properties all = new Properties();
    all.putAll(connection.properties());
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, RefineryTopology.applicationId(topics));
    all.put(StreamsConfig.CLIENT_ID_CONFIG, "refinery-" + instance);
    all.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic"); // The new one has no static members.
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 4L << 20); // Counts only.
    all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 500);
    all.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, WAIT.toMillis());
    consumers(all, instance, topics);
    producers(all);
    return all;
  }

  private static void consumers(Properties all, String instance, Topics topics) {
    String member = RefineryTopology.applicationId(topics) + "-" + instance;
    all.put(mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), member);
    all.put(consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
    all.put(consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2_000);
    all.put(consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), FETCH_BYTES);
    all.put(consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
    all.put(consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    all.put(consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 500);
    all.put(restoreConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 10_000);
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
