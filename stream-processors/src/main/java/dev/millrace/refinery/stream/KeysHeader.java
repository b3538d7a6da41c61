package dev.millrace.refinery.stream;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A candidate's dedup keys on their way to the stage that signs: the rules have folded its words
 * already. Big endian, int64 each, in the record header {@value #NAME}.
 */
final class KeysHeader {
  static final String NAME = "dedup-keys";

  private KeysHeader() {}

  static void write(Headers headers, long[] keys) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * keys.length);
    bytes.asLongBuffer().put(keys);
    headers.add(NAME, bytes.array());
  }

  /** Empty where the record has none. */
  static Optional<long[]> read(Headers headers) {
    Header header = headers.lastHeader(NAME);
    if (header == null) return Optional.empty();
    byte[] bytes = header.value();
    if (bytes.length == 0 || bytes.length % Long.BYTES != 0) {
      throw new SerializationException(bytes.length + " bytes are no dedup keys");
    }
    long[] keys = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(keys);
    return Optional.of(keys);
  }
}
