package dev.millrace.streams;

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
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What every application of ours sets: large compressed batches between stages, a broker that is
 * away is waited for, and a restarted instance is known by its name at once.
 *
 * @param group the application's id
 * @param instance unique within the group and kept over restarts
 * @param stateDirectory this instance's own
 */
public record StreamsSettings(
    KafkaConnection kafka, String group, String instance, Path stateDirectory) {
  /** Long enough to mean: a broker that is away is waited for. */
  private static final Duration WAIT = Duration.ofDays(30);

  private static final int FETCH_BYTES = 2 << 20;

  /** The name under which the instance is a member of the group. */
  public String member() {
    return group + "-" + instance;
  }

  /**
   * How an instance ends. In an orderly end it leaves the group, and the others get its work at
   * once; after a failure they do not, for what broke it may break them: its work waits for its
   * restart until the session ends, as that of an instance that was killed.
   *
   * @param within how long it may take
   */
  public static CloseOptions closing(Duration within, boolean orderly) {
    CloseOptions options = CloseOptions.timeout(within);
    return orderly
        ? options.withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
        : options;
  }

  /** To which an application adds what is its own. */
  public Properties properties() {
    Properties all = new Properties();
    all.putAll(kafka.properties());
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
    all.put(StreamsConfig.CLIENT_ID_CONFIG, member());
    all.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic"); // The new one has no static members.
    all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 500);
    all.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, WAIT.toMillis());
    consumers(all);
    producers(all);
    return all;
  }

  private void consumers(Properties all) {
    all.put(mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), member());
    all.put(consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "none");
    all.put(consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), FETCH_BYTES);
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
