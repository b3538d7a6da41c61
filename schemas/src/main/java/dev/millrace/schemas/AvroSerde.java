package dev.millrace.schemas;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Avro single-object encoding (Avro specification): two marker bytes, the writer schema's 8-byte
 * fingerprint, the record. Every schema that was ever published can be read.
 *
 * <p>Bytes that are no such record throw {@link SerializationException}; null stays null (a
 * tombstone).
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
  static {
    Trust.ours();
  }

  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;
  private final String name;

  /** For one generated record class. */
  public static <T extends SpecificRecordBase> AvroSerde<T> of(Class<T> type) {
    try {
      return new AvroSerde<>(type.getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " is not a generated record", e);
    }
  }

  private AvroSerde(SpecificRecordBase example) {
    name = example.getSchema().getName();
    encoder = new BinaryMessageEncoder<>(example.getSpecificData(), example.getSchema());
    decoder =
        new BinaryMessageDecoder<>(
            example.getSpecificData(), example.getSchema(), PublishedSchemas.STORE);
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> value == null ? null : encode(topic, value);
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> bytes == null ? null : decode(topic, bytes);
  }

  private byte[] encode(String topic, T value) {
    try {
      ByteBuffer buffer = encoder.encode(value);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException | AvroRuntimeException e) {
      throw new SerializationException("cannot encode " + name + " for " + topic, e);
    }
  }

  private T decode(@Nullable String topic, byte[] bytes) {
    try {
      return decoder.decode(bytes);
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          bytes.length + " bytes in " + topic + " are not a " + name + ": " + e.getMessage(), e);
    }
  }
}
