package dev.millrace.refinery.text;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;

/**
 * 128-bit XXH3 hash of a text's folded words: equal for texts that differ only in case, diacritics,
 * punctuation, white space and the digits of their numbers.
 */
public record ContentHash(long high, long low) {
  /** The hash of a text's words. */
  public static ContentHash of(Words words) {
    HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(words.utf16());
    return new ContentHash(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
  }

  /** Sixteen bytes, big endian. */
  public byte[] bytes() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
  }

  /** The inverse of {@link #bytes}. */
  public static ContentHash of(byte[] bytes) {
    if (bytes.length != 2 * Long.BYTES) {
      throw new IllegalArgumentException("a content hash has 16 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new ContentHash(buffer.getLong(), buffer.getLong());
  }

  /** 32 hexadecimal digits: the key of refined documents. */
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
