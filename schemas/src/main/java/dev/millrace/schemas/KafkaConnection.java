package dev.millrace.schemas;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * How to reach Kafka, and the few kinds of client that Millrace uses. Readers see committed records
 * only, are assigned by hand and never jump: a position that no longer exists is an error.
 *
 * <p>A value may refer to a secret, as {@link KafkaSecrets} has it: the reference is all that is
 * kept here, each client looks it up for itself.
 *
 * @param properties client properties as Kafka names them: bootstrap servers, TLS, SASL
 */
public record KafkaConnection(Map<String, Object> properties) {
  /**
   * How long a killed producer's open transaction may hold readers back. Stable transactional ids
   * end it sooner, when the same producer is back.
   */
  public static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration LEADERS_TIMEOUT = Duration.ofSeconds(30);
  private static final long LOOK_AGAIN_MILLIS = 50;

  public KafkaConnection {
    properties = KafkaSecrets.withProviders(properties);
  }

  /** Without security, as a local broker is. */
  public static KafkaConnection to(String bootstrapServers) {
    return new KafkaConnection(
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  public Admin admin() {
    return Admin.create(properties);
  }

  /** Without a group and not assigned yet. */
  public <K, V> Consumer<K, V> reader(Topic<K, V> topic) {
    return reader(topic, Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20));
  }

  /** The same for single records here and there: asks for no more than one and waits for none. */
  public <K, V> Consumer<K, V> finder(Topic<K, V> topic) {
    return reader(
        topic,
        Map.of(
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1, // The broker rounds up to a batch.
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1,
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10));
  }

  private <K, V> Consumer<K, V> reader(Topic<K, V> topic, Map<String, Object> fetching) {
    Map<String, Object> config = new HashMap<>(properties);
    config.putAll(fetching);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return new Reader<>(config, topic.keys().deserializer(), topic.values().deserializer());
  }

  /**
   * Leaves at once: it has no group to take leave of, and the broker would answer only after the
   * fetch that is under way, which may wait half a second for records.
   */
  private static final class Reader<K, V> extends KafkaConsumer<K, V> {
    Reader(Map<String, Object> config, Deserializer<K> keys, Deserializer<V> values) {
      super(config, keys, values);
    }

    @Override
    public void close() {
      close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  /** Takes records that {@link Topic#record} has encoded. */
  public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
    Map<String, Object> config = new HashMap<>(properties);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_TIMEOUT.toMillis());
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * Topics.RECORD_BYTES_MAX);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.RECORD_BYTES_MAX);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Writes these records in one transaction, under an id that is nobody else's: no one is fenced.
   *
   * @param idPrefix of the transactional id
   */
  public void writeTogether(String idPrefix, Collection<ProducerRecord<byte[], byte[]>> records) {
    try (Producer<byte[], byte[]> producer = transactionalProducer(idPrefix + UUID.randomUUID())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (ProducerRecord<byte[], byte[]> record : records) {
        Future<?> unused = producer.send(record); // The commit fails if it does.
      }
      producer.commitTransaction();
    }
  }

  /**
   * Whether a producer failed because a newer one has its transactional id. The broker says so in
   * three ways, by what it was asked when it noticed; none of them passes.
   */
  public static boolean isFenced(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof InvalidTxnStateException) {
        return true;
      }
    }
    return false;
  }

  /** Whether what failed may go well when it is tried again. */
  public static boolean isRetriable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) return true;
    }
    return false;
  }

  /** Whether the one sign of that is a transaction in a state that does not fit. */
  static boolean isOnlyInvalid(Throwable failure) {
    boolean invalid = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return false;
      }
      invalid |= cause instanceof InvalidTxnStateException;
    }
    return invalid;
  }

  /**
   * Returns when the leader of every partition answers. Topics that were just created are known
   * before their leaders serve them; what an idempotent producer sends in between is refused, and
   * may come out of order for ever after (seen with Kafka 4.2.1 on busy machines).
   *
   * @throws TimeoutException where they do not within half a minute
   */
  public static void awaitLeaders(Admin admin, Collection<String> topics)
      throws ExecutionException, InterruptedException {
    long end = System.nanoTime() + LEADERS_TIMEOUT.toNanos();
    while (true) {
      try {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        admin
            .describeTopics(topics)
            .allTopicNames()
            .get()
            .forEach(
                (name, topic) ->
                    topic
                        .partitions()
                        .forEach(
                            p ->
                                partitions.put(
                                    new TopicPartition(name, p.partition()), OffsetSpec.latest())));
        admin.listOffsets(partitions).all().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException)) throw e;
        if (System.nanoTime() - end > 0) {
          throw new TimeoutException("no leaders for new topics", e.getCause());
        }
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
    }
  }

  /** Every partition of a topic. */
  public static List<TopicPartition> partitions(Consumer<?, ?> consumer, Topic<?, ?> topic) {
    return consumer.partitionsFor(topic.name()).stream().map(KafkaConnection::partition).toList();
  }

  private static TopicPartition partition(PartitionInfo info) {
    return new TopicPartition(info.topic(), info.partition());
  }

  /**
   * Hands over every committed record that is there at the time of the call, in offset order within
   * each partition.
   */
  public <K, V> void scan(
      Topic<K, V> topic, java.util.function.Consumer<ConsumerRecord<K, V>> action) {
    try (Consumer<K, V> reader = reader(topic)) {
      Collection<TopicPartition> all = partitions(reader, topic);
      reader.assign(all);
      reader.seekToBeginning(all);
      Map<TopicPartition, Long> ends = reader.endOffsets(all);
      while (all.stream().anyMatch(p -> reader.position(p) < ends.get(p))) {
        for (ConsumerRecord<K, V> record : reader.poll(Duration.ofMillis(200))) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ends.get(partition)) action.accept(record);
        }
      }
    }
  }
}
