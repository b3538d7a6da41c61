package dev.millrace.tokenization;

import java.util.BitSet;

/**
 * How often each token was seen, in a stream's first tokens. Beyond that many the counts stay as
 * they are: what is rare hardly drifts, and difficulties that are months apart compare.
 */
final class Unigrams {
  /** Ids to a chunk, the unit in which counts are kept. */
  static final int CHUNK = 256;

  private final long learnedMax;
  private final int[][] chunks;
  private final int vocabularySize;
  private long learned;

  /**
   * @param learnedMax tokens after which nothing more is learned
   */
  Unigrams(int vocabularySize, long learnedMax) {
    this.vocabularySize = vocabularySize;
    this.learnedMax = learnedMax;
    this.chunks = new int[(vocabularySize + CHUNK - 1) / CHUNK][CHUNK];
  }

  /** Counts a document's tokens, all or, when enough were learned, none; the chunks it changed. */
  BitSet learn(int[] tokens) {
    BitSet changed = new BitSet();
    if (learned >= learnedMax) return changed;
    for (int token : tokens) {
      chunks[token / CHUNK][token % CHUNK]++;
      changed.set(token / CHUNK);
    }
    learned += tokens.length;
    return changed;
  }

  /** A chunk's counts; {@link #restore} takes them back. */
  int[] chunk(int number) {
    return chunks[number].clone();
  }

  void restore(int number, int[] counts) {
    for (int i = 0; i < CHUNK; i++) {
      learned += counts[i] - chunks[number][i];
      chunks[number][i] = counts[i];
    }
  }

  /** Of a token, with one more of each than was seen. */
  double probability(int token) {
    return (chunks[token / CHUNK][token % CHUNK] + 1.0) / (learned + vocabularySize);
  }
}
