package dev.millrace.schemas;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The values of a topic that holds what people typed, is kept for ever and is read from its
 * beginning: what is no such value, whatever tool wrote it, is passed over with a warning, or it
 * would stop each of its readers at every start. Whoever reads the topic again warns no second
 * time. Not for use by two threads at once.
 *
 * @param <V> the values
 */
public final class LenientValues<V> {
  private static final Logger LOG = LoggerFactory.getLogger(LenientValues.class);

  private final Deserializer<V> decoder;
  private long warnedTo = -1;

  /**
   * @param topic of one partition
   */
  public LenientValues(Topic<?, V> topic) {
    if (topic.partitions() != 1) {
      throw new IllegalArgumentException(topic.name() + " has more than one partition");
    }
    decoder = topic.values().deserializer();
  }

  /** What a record holds, if it is such a value. */
  public Optional<V> of(ConsumerRecord<?, byte[]> record) {
    try {
      if (record.value() == null) throw new SerializationException("a record without a value");
      return Optional.of(decoder.deserialize(record.topic(), record.value()));
    } catch (SerializationException e) {
      warn(record, e);
      return Optional.empty();
    }
  }

  private void warn(ConsumerRecord<?, byte[]> record, SerializationException why) {
    if (record.offset() <= warnedTo) return;
    warnedTo = record.offset();
    LOG.warn(
        "{} offset {} is not what belongs there and is passed over: {}",
        record.topic(),
        record.offset(),
        why.getMessage());
  }
}
