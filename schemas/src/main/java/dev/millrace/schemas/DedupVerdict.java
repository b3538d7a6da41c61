package dev.millrace.schemas;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The index's answer for one candidate: topic {@code dedup.verdicts}, in the candidate's own
 * partition and in the order of its candidates.
 *
 * <p>On the wire, big endian: partition int32, offset int64; for a duplicate also the number of
 * shared bands uint8, 0 for the content, and the kept copy's partition int32, offset int64, id hash
 * int64.
 *
 * @param candidate place in {@code documents.candidates}
 * @param duplicateOf the kept copy; empty: this one is kept
 */
public record DedupVerdict(Origin candidate, Optional<Duplicate> duplicateOf) {
  private static final int KEPT_BYTES = 12;
  private static final int DUPLICATE_BYTES = 33;
  private static final int BANDS_MAX = 255;

  /** What was shared with the kept copy. */
  public enum Shared {
    /** The content hash: the normalised words are the same. */
    CONTENT,
    /** A band of the MinHash signature. */
    BAND
  }

  /**
   * @param bands how many bands the two signatures share, at most 255; 0: the whole content
   * @param kept the kept copy's place in {@code documents.candidates}
   * @param idHash 64-bit hash of its document id
   */
  public record Duplicate(int bands, Origin kept, long idHash) {
    public Duplicate {
      if (bands < 0 || bands > BANDS_MAX) throw new IllegalArgumentException("bands: " + bands);
    }

    /** What the two share. */
    public Shared shared() {
      return bands == 0 ? Shared.CONTENT : Shared.BAND;
    }
  }

  /** The only form it travels in. */
  public static Serde<DedupVerdict> serde() {
    return Serdes.serdeFrom(
        (topic, v) -> v == null ? null : v.bytes(), (topic, b) -> b == null ? null : parse(b));
  }

  private byte[] bytes() {
    ByteBuffer buffer = ByteBuffer.allocate(duplicateOf.isPresent() ? DUPLICATE_BYTES : KEPT_BYTES);
    buffer.putInt(candidate.partition()).putLong(candidate.offset());
    duplicateOf.ifPresent(
        d ->
            buffer
                .put((byte) d.bands())
                .putInt(d.kept().partition())
                .putLong(d.kept().offset())
                .putLong(d.idHash()));
    return buffer.array();
  }

  private static DedupVerdict parse(byte[] bytes) {
    if (bytes.length != KEPT_BYTES && bytes.length != DUPLICATE_BYTES) {
      throw new SerializationException(bytes.length + " bytes are not a dedup verdict");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Origin candidate = new Origin(buffer.getInt(), buffer.getLong());
    if (!buffer.hasRemaining()) return new DedupVerdict(candidate, Optional.empty());
    int bands = Byte.toUnsignedInt(buffer.get());
    Origin kept = new Origin(buffer.getInt(), buffer.getLong());
    return new DedupVerdict(candidate, Optional.of(new Duplicate(bands, kept, buffer.getLong())));
  }
}
