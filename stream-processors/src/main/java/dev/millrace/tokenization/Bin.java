package dev.millrace.tokenization;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A sequence in the making: pieces of one domain. Each bin of a packer has its own {@link Slot}.
 */
final class Bin {
  private final Slot slot;
  private final List<Piece> pieces = new ArrayList<>();
  private int length;

  /**
   * A place for an open bin.
   *
   * @param bucket the power of two that the length of the bin's first piece reaches
   * @param number among the open bins of the bucket, from 0
   */
  record Slot(int bucket, int number) {}

  Bin(Slot slot) {
    this.slot = slot;
  }

  Slot slot() {
    return slot;
  }

  /** Tokens so far. */
  int length() {
    return length;
  }

  /** In the order in which they came. */
  List<Piece> pieces() {
    return List.copyOf(pieces);
  }

  void add(Piece piece) {
    pieces.add(piece);
    length += piece.length();
  }

  /**
   * In the order of the sequence: pieces that continue a document come first, because their first
   * token is no target after another piece's end, while at the start nothing is lost.
   */
  List<Piece> inOrder() {
    return pieces.stream().sorted(Comparator.comparing(piece -> !piece.continues())).toList();
  }

  /** The sequence's tokens. */
  int[] tokens() {
    int[] tokens = new int[length];
    int written = 0;
    for (Piece piece : inOrder()) {
      System.arraycopy(piece.tokens(), 0, tokens, written, piece.length());
      written += piece.length();
    }
    return tokens;
  }
}
