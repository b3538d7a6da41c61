package dev.millrace.refinery.stream;

import dev.millrace.refinery.dedup.DedupConfig;
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

  /**
   * Empty where the record has none.
   *
   * @throws SerializationException where they are not as many as the settings make
   */
  static Optional<long[]> read(Headers headers, DedupConfig config) {
    Header header = headers.lastHeader(NAME);
    if (header == null) return Optional.empty();
    byte[] bytes = header.value();
    int length = bytes == null ? 0 : bytes.length;
    if (length % Long.BYTES != 0 || !config.fits(length / Long.BYTES)) {
      throw new SerializationException(length + " bytes are not the dedup keys of a document");
    }
    long[] keys = new long[length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(keys);
    return Optional.of(keys);
  }
}
