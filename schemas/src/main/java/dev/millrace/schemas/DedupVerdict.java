package dev.millrace.schemas;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The index's answer for one record of {@code documents.candidates}: topic {@code dedup.verdicts},
 * in the candidate's own partition and in the order of its candidates.
 *
 * <p>On the wire, big endian: partition int32, offset int64. A duplicate has after them the number
 * of shared bands uint8, 0 for the content and 255 for the URI, and the kept copy's partition
 * int32, offset int64, id hash int64. A retraction has 255 and an offset int64 for every document
 * that it takes back.
 *
 * @param candidate place in {@code documents.candidates}
 * @param answer what becomes of it
 */
public record DedupVerdict(Origin candidate, Answer answer) {
  /** The most bands that two signatures can share. */
  public static final int BANDS_MAX = 254;

  private static final int KEPT_BYTES = 12;
  private static final int DUPLICATE_BYTES = 33;
  private static final int RETRACTION_BYTES = 13; // And eight for each document.
  private static final int CONTENT = 0;
  private static final int NO_BANDS = 255;

  /** What becomes of a candidate. */
  public sealed interface Answer {}

  /** Shares nothing with any document kept before. */
  public record Kept() implements Answer {}

  /** What was shared with the kept copy. */
  public enum Shared {
    /** The content hash: the normalised words are the same. */
    CONTENT,
    /** The URI. */
    URI,
    /** A band of the MinHash signature. */
    BAND
  }

  /**
   * A kept document shares a key with it.
   *
   * @param bands how many bands the two signatures share, at most {@value #BANDS_MAX}; 0 where it
   *     is not the bands that decided
   * @param kept the kept copy's place in {@code documents.candidates}
   * @param idHash 64-bit hash of its document id
   */
  public record Duplicate(Shared shared, int bands, Origin kept, long idHash) implements Answer {
    public Duplicate {
      if (bands < 0 || bands > BANDS_MAX || (bands > 0) != (shared == Shared.BAND)) {
        throw new IllegalArgumentException(shared + " and bands: " + bands);
      }
    }

    /** The same words. */
    public static Duplicate ofContent(Origin kept, long idHash) {
      return new Duplicate(Shared.CONTENT, 0, kept, idHash);
    }

    /** The same URI. */
    public static Duplicate ofUri(Origin kept, long idHash) {
      return new Duplicate(Shared.URI, 0, kept, idHash);
    }

    /** So many equal bands. */
    public static Duplicate ofBands(int bands, Origin kept, long idHash) {
      return new Duplicate(Shared.BAND, bands, kept, idHash);
    }

    private int code() {
      return switch (shared) {
        case CONTENT -> CONTENT;
        case URI -> NO_BANDS;
        case BAND -> bands;
      };
    }

    private static Duplicate of(int code, Origin kept, long idHash) {
      if (code == CONTENT) return ofContent(kept, idHash);
      return code == NO_BANDS ? ofUri(kept, idHash) : ofBands(code, kept, idHash);
    }
  }

  /**
   * It was no candidate: it took kept documents back.
   *
   * @param offsets of these in the same partition of {@code documents.candidates}, ascending
   */
  public record Retracted(List<Long> offsets) implements Answer {
    public Retracted {
      offsets = List.copyOf(offsets);
    }
  }

  /** Keeps it. */
  public static DedupVerdict kept(Origin candidate) {
    return new DedupVerdict(candidate, new Kept());
  }

  /** The kept copy, where it is a duplicate. */
  public Optional<Duplicate> duplicateOf() {
    return answer instanceof Duplicate duplicate ? Optional.of(duplicate) : Optional.empty();
  }

  /** Whether it is kept. */
  public boolean isKept() {
    return answer instanceof Kept;
  }

  /** The only form it travels in. */
  public static Serde<DedupVerdict> serde() {
    return Serdes.serdeFrom(
        (topic, v) -> v == null ? null : v.bytes(), (topic, b) -> b == null ? null : checked(b));
  }

  private byte[] bytes() {
    ByteBuffer buffer = ByteBuffer.allocate(size());
    buffer.putInt(candidate.partition()).putLong(candidate.offset());
    if (answer instanceof Duplicate d) {
      buffer.put((byte) d.code()).putInt(d.kept().partition()).putLong(d.kept().offset());
      buffer.putLong(d.idHash());
    } else if (answer instanceof Retracted r) {
      buffer.put((byte) NO_BANDS);
      r.offsets().forEach(buffer::putLong);
    }
    return buffer.array();
  }

  private int size() {
    if (answer instanceof Retracted r) return RETRACTION_BYTES + Long.BYTES * r.offsets().size();
    return isKept() ? KEPT_BYTES : DUPLICATE_BYTES;
  }

  /** What no writer of ours could have sent is no dedup verdict, whatever its length is. */
  private static DedupVerdict checked(byte[] bytes) {
    try {
      return parse(bytes);
    } catch (IllegalArgumentException e) {
      throw new SerializationException(
          bytes.length + " bytes are not a dedup verdict: " + e.getMessage(), e);
    }
  }

  private static DedupVerdict parse(byte[] bytes) {
    if (bytes.length < KEPT_BYTES) throw none(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Origin candidate = new Origin(buffer.getInt(), buffer.getLong());
    if (!buffer.hasRemaining()) return kept(candidate);
    int code = Byte.toUnsignedInt(buffer.get());
    if (bytes.length == DUPLICATE_BYTES) {
      Origin kept = new Origin(buffer.getInt(), buffer.getLong());
      return new DedupVerdict(candidate, Duplicate.of(code, kept, buffer.getLong()));
    }
    if (code != NO_BANDS || buffer.remaining() % Long.BYTES != 0) throw none(bytes);
    List<Long> offsets = new ArrayList<>();
    while (buffer.hasRemaining()) offsets.add(buffer.getLong());
    return new DedupVerdict(candidate, new Retracted(offsets));
  }

  private static SerializationException none(byte[] bytes) {
    return new SerializationException(bytes.length + " bytes are not a dedup verdict");
  }
}
