package dev.millrace.refinery.dedup;

import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DedupVerdict;
import dev.millrace.schemas.DedupVerdict.Duplicate;
import dev.millrace.schemas.Origin;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Which kept document shares a key with a candidate, in memory. Decided in one total order, a
 * candidate is kept exactly where no kept document shares a key with it (or, of bands, as many as
 * the configuration asks for); the copy named for a duplicate is the one that was kept first. A
 * document that is released holds its keys no more. A key belongs to the first document that has
 * it: where more than one band is asked for, those that a later kept document shares with an
 * earlier one do not count for it, and some of its duplicates stay.
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
  private static final double HEAP_MAX = 0.75; // The rest of the refinery needs some too.

  private final int bandsMin;
  private final boolean uris;
  private final Segment[] segments;
  private final Places places = new Places();
  private final LongChunks idHashes = new LongChunks();
  private final BitSet released = new BitSet();

  /**
   * Takes its memory at once for the documents expected; more are welcome.
   *
   * @throws IllegalStateException where there is not so much
   */
  public SignatureIndex(DedupConfig config) {
    bandsMin = config.bandsMin();
    uris = config.uris();
    double slots = config.expectedDocuments() * (double) config.keys() / LOAD_EXPECTED;
    long heap = Runtime.getRuntime().maxMemory();
    if (slots * Segment.SLOT_BYTES > HEAP_MAX * heap) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "an index of refinery.dedup.expectedDocuments, %,d, takes %,.0f MB and this process may"
                  + " have %,d: give it more (-Xmx) or expect fewer",
              config.expectedDocuments(),
              slots * Segment.SLOT_BYTES / 1e6,
              heap / 1_000_000));
    }
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
    int[] owners = new int[keys.length];
    for (int i = 0; i < keys.length; i++) owners[i] = owner(keys[i]);
    int bands = keys.length - (uris ? 2 : 1);
    int content = owners[bands];
    int uri = uris ? owners[bands + 1] : Segment.NOBODY;
    int first = Math.min(content, uri);
    for (int i = 0; i < bands; i++) {
      if (owners[i] < first && shared(owners, bands, owners[i]) >= bandsMin) first = owners[i];
    }
    if (first == Segment.NOBODY) return DedupVerdict.kept(candidate.candidate());
    Origin kept = places.get(first);
    long idHash = idHashes.get(first);
    Duplicate duplicate;
    if (first == content) duplicate = Duplicate.ofContent(kept, idHash);
    else if (first == uri) duplicate = Duplicate.ofUri(kept, idHash);
    else duplicate = Duplicate.ofBands(shared(owners, bands, first), kept, idHash);
    return new DedupVerdict(candidate.candidate(), duplicate);
  }

  private static int shared(int[] owners, int bands, int owner) {
    int shared = 0;
    for (int i = 0; i < bands; i++) if (owners[i] == owner) shared++;
    return shared;
  }

  private int owner(long key) {
    int owner = segment(key).owner(key);
    return released.get(owner) ? Segment.NOBODY : owner;
  }

  /**
   * Takes a kept document in. A key that another one holds already stays with that one, unless that
   * was released.
   */
  public void register(DedupSignature kept) {
    int document = places.size();
    if (document == Integer.MAX_VALUE) throw new IllegalStateException("the index is full");
    try {
      places.add(kept.candidate());
      idHashes.add(kept.idHash());
      for (long key : kept.keys()) register(segment(key), key, document);
    } catch (OutOfMemoryError e) {
      throw new IllegalStateException(
          "the index of %d kept documents is too large for this process: give it more memory (-Xmx)"
              .formatted(document),
          e);
    }
  }

  private void register(Segment segment, long key, int document) {
    int owner = released.isEmpty() ? Segment.NOBODY : segment.owner(key);
    if (released.get(owner)) segment.replace(key, document);
    else segment.put(key, document);
  }

  /**
   * A kept document.
   *
   * @param number in the order in which documents were registered, the same whenever the index is
   *     filled again
   * @param offset of its candidate
   */
  public record Held(int number, long offset) {}

  /**
   * The kept documents of this id in the partition of a place, and before it, in their order. Looks
   * at every kept document.
   */
  public List<Held> kept(long idHash, Origin before) {
    List<Held> held = new ArrayList<>();
    for (int document = 0; document < places.size(); document++) {
      if (idHashes.get(document) != idHash || released.get(document)) continue;
      Origin place = places.get(document);
      if (place.partition() == before.partition() && place.offset() < before.offset()) {
        held.add(new Held(document, place.offset()));
      }
    }
    return held;
  }

  /** Lets go of the keys of the kept document of this number. */
  public void release(int number) {
    if (number < 0 || number >= places.size()) {
      throw new IllegalStateException("the index has no document of the number " + number);
    }
    released.set(number);
  }

  /** Kept documents. */
  public long documents() {
    return (long) places.size() - released.cardinality();
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
