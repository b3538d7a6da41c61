package dev.millrace.tokenization;

import dev.millrace.schemas.Origin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A stretch of one document that stays together.
 *
 * @param origin of the document in {@code documents.raw}
 * @param start place of the first token in the document's own tokens, whose first is the end of
 *     text
 * @param tokens at most one sequence's worth
 * @param endsDocument whether the document ends with it
 * @param quality of the document, in [0, 1]
 */
record Piece(
    String documentId,
    Origin origin,
    int start,
    int[] tokens,
    boolean endsDocument,
    double quality) {

  Piece {
    if (start < 0) throw new IllegalArgumentException("start of " + documentId + ": " + start);
    if (tokens.length == 0) throw new IllegalArgumentException("no tokens of " + documentId);
  }

  /** Whether its first token was the last one of the piece before, as a target. */
  boolean continues() {
    return start > 0;
  }

  int length() {
    return tokens.length;
  }

  /** Tokens that no earlier piece of the document has. */
  int fresh() {
    return continues() ? length() - 1 : length();
  }

  /**
   * A document as pieces of at most {@code capacity} tokens. What fits is not cut. Of two pieces
   * the later one begins with the last token of the earlier one, so that every token but the first
   * is a target exactly once.
   */
  static List<Piece> cut(
      String documentId, Origin origin, int[] tokens, double quality, int capacity) {
    if (capacity < 2)
      throw new IllegalArgumentException("capacity must be at least 2: " + capacity);
    List<Piece> pieces = new ArrayList<>();
    int start = 0;
    boolean ends;
    do {
      int end = Math.min(start + capacity, tokens.length);
      ends = end == tokens.length;
      int[] stretch = Arrays.copyOfRange(tokens, start, end);
      pieces.add(new Piece(documentId, origin, start, stretch, ends, quality));
      start = end - 1;
    } while (!ends);
    return pieces;
  }
}
