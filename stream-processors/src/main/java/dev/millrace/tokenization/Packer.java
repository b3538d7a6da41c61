package dev.millrace.tokenization;

import dev.millrace.tokenization.Bin.Slot;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Packs the pieces of one domain into sequences by best fit (Ding et al. 2024, arXiv:2404.10830).
 *
 * <p>Pieces gather with pieces of their own length bucket, so that sequences keep different lengths
 * of text for the curriculum to order (Pouransari et al. 2024, arXiv:2405.13226). Only a piece that
 * makes a sequence of longer pieces full goes there. A sequence is closed when it is full, or when
 * its bucket has too many open ones and it is the fullest. What happens is a function of the pieces
 * in their order; no clock has a say.
 */
final class Packer {
  private static final Comparator<Bin> FILL = Comparator.comparingInt(Bin::length);

  private final int contextLength;
  private final int fullAt;
  private final int openBins;
  private final NavigableMap<Integer, NavigableMap<Integer, Bin>> open =
      new TreeMap<>(); // By slot.

  /**
   * @param contextLength tokens that a sequence is trained on; it has one more, the last target
   */
  Packer(PackingConfig config, int contextLength) {
    if (contextLength < 1) {
      throw new IllegalArgumentException("contextLength must be at least 1: " + contextLength);
    }
    this.contextLength = contextLength;
    this.openBins = config.openBins();
    this.fullAt = (int) Math.ceil(config.fullAt() * capacity());
  }

  /** Tokens of a full sequence. */
  int capacity() {
    return contextLength + 1;
  }

  /**
   * What a piece changed.
   *
   * @param into the bin that took it, as its last piece
   * @param closed bins that are sequences now, in order
   */
  record Change(Bin into, List<Bin> closed) {}

  /** Takes a piece of at most {@link #capacity} tokens. */
  Change add(Piece piece) {
    if (piece.length() > capacity()) {
      throw new IllegalArgumentException(
          piece.length() + " tokens in one piece of " + piece.origin());
    }
    int bucket = Integer.highestOneBit(Math.min(piece.length(), contextLength));
    Bin bin =
        filledBy(piece, bucket)
            .or(() -> bestFit(piece, bins(bucket)))
            .orElseGet(() -> open(freeSlot(bucket)));
    bin.add(piece);
    List<Bin> closed = closable(bin).stream().toList();
    for (Bin full : closed) bins(full.slot().bucket()).remove(full.slot().number());
    return new Change(bin, closed);
  }

  private Optional<Bin> closable(Bin changed) {
    if (changed.length() >= fullAt) return Optional.of(changed);
    Map<Integer, Bin> bins = bins(changed.slot().bucket());
    return bins.size() > openBins ? bins.values().stream().max(FILL) : Optional.empty();
  }

  /** Puts a waiting piece back where it was; the pieces of one bin in their order. */
  void restore(Slot slot, Piece piece) {
    Bin bin = bins(slot.bucket()).get(slot.number());
    (bin == null ? open(slot) : bin).add(piece);
  }

  /** Bins that wait for more. Every piece in them is the end of its document. */
  Stream<Bin> open() {
    return open.values().stream().flatMap(bins -> bins.values().stream());
  }

  private NavigableMap<Integer, Bin> bins(int bucket) {
    return open.computeIfAbsent(bucket, b -> new TreeMap<>());
  }

  /** A sequence of longer pieces that this piece makes full. */
  private Optional<Bin> filledBy(Piece piece, int bucket) {
    return open.tailMap(bucket, false).values().stream()
        .flatMap(bins -> bins.values().stream())
        .filter(bin -> bin.length() + piece.length() >= fullAt)
        .filter(bin -> takes(bin, piece))
        .max(FILL);
  }

  /** The bin that the piece leaves the least space in. */
  private Optional<Bin> bestFit(Piece piece, Map<Integer, Bin> bins) {
    return bins.values().stream().filter(bin -> takes(bin, piece)).max(FILL);
  }

  private boolean takes(Bin bin, Piece piece) {
    return bin.length() + piece.length() <= capacity();
  }

  private Slot freeSlot(int bucket) {
    int number = 0;
    while (bins(bucket).containsKey(number)) number++;
    return new Slot(bucket, number);
  }

  private Bin open(Slot slot) {
    Bin bin = new Bin(slot);
    bins(slot.bucket()).put(slot.number(), bin);
    return bin;
  }
}
