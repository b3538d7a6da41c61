package dev.millrace.streams;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Streams' clients, whose producers keep their transactional ids over a restart. Streams itself
 * makes up a new one for every process that has nothing on disk; a killed process would then leave
 * a transaction open that holds all readers back until it times out. With the old id, the restarted
 * process ends it at once.
 */
public final class StableProducers implements KafkaClientSupplier {
  private final String member;

  /**
   * For one instance.
   *
   * @param member unique among the instances that run, and the same after a restart
   */
  public StableProducers(String member) {
    this.member = member;
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    Map<String, Object> stable = new HashMap<>(config);
    stable.computeIfPresent(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG, (key, id) -> transactionalId(id.toString()));
    return new KafkaProducer<>(stable, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Streams ends its ids with the number of the thread. */
  private String transactionalId(String streams) {
    return member + streams.substring(streams.lastIndexOf('-'));
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }
}
