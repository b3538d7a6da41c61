package dev.millrace.refinery.dedup;

import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.Origin;
import java.util.Optional;

/**
 * Which kept document shares a key with a candidate, in memory. Decided in one total order, a
 * candidate is kept exactly where no kept document shares any key with it; the copy named for a
 * duplicate is the one that was kept first.
 *
 * <p>Open addressing with linear probing over many small segments, each growing by itself, so that
 * no growth is a pause that anyone sees. A kept document costs {@code 12 / load} bytes a key and 16
 * for its place and id. Not for use by two threads at once.
 */
public final class SignatureIndex {
  private static final int SLOTS_PER_SEGMENT = 1 << 15;
  private static final int SEGMENTS_MIN = 1 << 12;
  private static final int SEGMENTS_MAX = 1 << 16;
  private static final double LOAD_EXPECTED = 0.75;

  private final Segment[] segments;
  private final Places places = new Places();
  private final LongChunks idHashes = new LongChunks();

  /**
   * Takes its memory at once for so many documents; more are welcome.
   *
   * @param keys how many keys a document has
   */
  public SignatureIndex(long expectedDocuments, int keys) {
    double slots = expectedDocuments * (double) keys / LOAD_EXPECTED;
    segments = new Segment[powerOfTwo(slots / SLOTS_PER_SEGMENT)];
    int capacity = (int) Math.min(Segment.CAPACITY_MAX, Math.ceil(slots / segments.length));
    for (int i = 0; i < segments.length; i++) segments[i] = new Segment(capacity);
  }

  private static int powerOfTwo(double atLeast) {
    int power = SEGMENTS_MIN;
    while (power < atLeast && power < SEGMENTS_MAX) power <<= 1;
    return power;
  }

  /** What a candidate is to the documents kept so far. Changes nothing. */
  public DedupVerdict verdict(DedupSignature candidate) {
    long[] keys = candidate.keys();
    int content = keys.length - 1;
    int[] owners = new int[keys.length];
    int first = Segment.NOBODY;
    for (int i = 0; i < keys.length; i++) {
      owners[i] = segment(keys[i]).owner(keys[i]);
      if (owners[i] < first) first = owners[i];
    }
    if (first == Segment.NOBODY) return new DedupVerdict(candidate.candidate(), Optional.empty());
    int bands = 0;
    for (int i = 0; i < content; i++) if (owners[i] == first) bands++;
    return new DedupVerdict(
        candidate.candidate(),
        Optional.of(
            new DedupVerdict.Duplicate(
                owners[content] == first ? 0 : bands, places.get(first), idHashes.get(first))));
  }

  /** Takes a kept document in. A key that another one holds already stays with that one. */
  public void register(DedupSignature kept) {
    int document = places.size();
    if (document == Integer.MAX_VALUE) throw new IllegalStateException("the index is full");
    places.add(kept.candidate());
    idHashes.add(kept.idHash());
    for (long key : kept.keys()) segment(key).put(key, document);
  }

  /** Kept documents. */
  public long documents() {
    return places.size();
  }

  /** Memory taken by keys, places and ids. */
  public long bytes() {
    long bytes = places.bytes() + idHashes.bytes();
    for (Segment segment : segments) bytes += segment.bytes();
    return bytes;
  }

  private Segment segment(long key) {
    return segments[(int) key & (segments.length - 1)];
  }

  /** Where kept documents are: partition in the upper 16 bits, offset in the lower 48. */
  private static final class Places {
    private static final int OFFSET_BITS = 48;

    private final LongChunks packed = new LongChunks();

    void add(Origin place) {
      if (place.partition() >>> (Long.SIZE - OFFSET_BITS) != 0
          || place.offset() >>> OFFSET_BITS != 0) {
        throw new IllegalArgumentException("the index has no room for the place " + place);
      }
      packed.add((long) place.partition() << OFFSET_BITS | place.offset());
    }

    Origin get(int document) {
      long place = packed.get(document);
      return new Origin((int) (place >>> OFFSET_BITS), place & ((1L << OFFSET_BITS) - 1));
    }

    int size() {
      return packed.size();
    }

    long bytes() {
      return packed.bytes();
    }
  }
}
