package dev.millrace.schemas;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
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
  private static final short MARKER = 0x01c3; // Little-endian.
  private static final int HEADER_BYTES = Short.BYTES + Long.BYTES;

  static {
    Trust.ours();
  }

  private final BinaryMessageEncoder<T> encoder;
  private final SpecificData model;
  private final Schema schema;
  private final String name;
  private final Map<Long, DatumReader<T>> readers = new ConcurrentHashMap<>(); // By fingerprint.

  /** For one generated record class. */
  public static <T extends SpecificRecordBase> AvroSerde<T> of(Class<T> type) {
    try {
      return new AvroSerde<>(type.getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " is not a generated record", e);
    }
  }

  private AvroSerde(SpecificRecordBase example) {
    model = example.getSpecificData();
    schema = example.getSchema();
    name = schema.getName();
    encoder = new BinaryMessageEncoder<>(model, schema);
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
      ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.length < HEADER_BYTES || header.getShort() != MARKER) {
        throw new AvroRuntimeException("no single-object encoding");
      }
      DatumReader<T> reader = readers.computeIfAbsent(header.getLong(), this::reader);
      return reader.read(null, body(bytes));
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          bytes.length + " bytes in " + topic + " are not a " + name + ": " + e.getMessage(), e);
    }
  }

  /** A decoder that knows how much there is: Avro's for streams makes room for what is claimed. */
  private static Decoder body(byte[] bytes) {
    return DecoderFactory.get()
        .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
  }

  @SuppressWarnings("unchecked") // As the model makes them for this schema.
  private DatumReader<T> reader(long fingerprint) {
    Schema written = PublishedSchemas.STORE.findByFingerprint(fingerprint);
    if (written == null) {
      throw new AvroRuntimeException("nothing is published of fingerprint " + fingerprint);
    }
    return (DatumReader<T>) model.createDatumReader(written, schema);
  }
}
