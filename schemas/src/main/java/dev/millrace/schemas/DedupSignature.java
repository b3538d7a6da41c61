package dev.millrace.schemas;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * One candidate's dedup keys: topic {@code dedup.signatures}, whose offsets are the order in which
 * candidates are decided. Two documents are duplicates where they share any key at the same index.
 * One without keys is no candidate: it takes back the earlier ones of its partition with its id.
 *
 * <p>On the wire, big endian: partition int32, offset int64, id hash int64, then every key int64.
 *
 * @param candidate place in {@code documents.candidates}
 * @param idHash 64-bit hash of the document id
 * @param keys band keys of the MinHash signature, then one key of the content hash, then one of the
 *     URI where URIs are compared
 */
public record DedupSignature(Origin candidate, long idHash, long[] keys) {
  private static final int HEADER_BYTES = 20;

  /** Takes back every earlier candidate of the partition of this place with this id. */
  public static DedupSignature retraction(Origin place, long idHash) {
    return new DedupSignature(place, idHash, new long[0]);
  }

  /** Whether it takes documents back. */
  public boolean isRetraction() {
    return keys.length == 0;
  }

  /** The only form it travels in. */
  public static Serde<DedupSignature> serde() {
    return Serdes.serdeFrom(
        (topic, s) -> s == null ? null : s.bytes(), (topic, b) -> b == null ? null : checked(b));
  }

  private byte[] bytes() {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + Long.BYTES * keys.length);
    buffer.putInt(candidate.partition()).putLong(candidate.offset()).putLong(idHash);
    for (long key : keys) buffer.putLong(key);
    return buffer.array();
  }

  /** What no writer of ours could have sent is no dedup signature, whatever its length is. */
  private static DedupSignature checked(byte[] bytes) {
    try {
      return parse(bytes);
    } catch (IllegalArgumentException e) {
      throw new SerializationException(
          bytes.length + " bytes are not a dedup signature: " + e.getMessage(), e);
    }
  }

  private static DedupSignature parse(byte[] bytes) {
    if (bytes.length < HEADER_BYTES || (bytes.length - HEADER_BYTES) % Long.BYTES != 0) {
      throw new SerializationException(bytes.length + " bytes are not a dedup signature");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Origin candidate = new Origin(buffer.getInt(), buffer.getLong());
    long idHash = buffer.getLong();
    long[] keys = new long[buffer.remaining() / Long.BYTES];
    for (int i = 0; i < keys.length; i++) keys[i] = buffer.getLong();
    return new DedupSignature(candidate, idHash, keys);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DedupSignature s
        && candidate.equals(s.candidate)
        && idHash == s.idHash
        && Arrays.equals(keys, s.keys);
  }

  @Override
  public int hashCode() {
    return 31 * candidate.hashCode() + Arrays.hashCode(keys);
  }

  @Override
  public String toString() {
    return "DedupSignature[" + candidate + ", " + keys.length + " keys]";
  }
}
