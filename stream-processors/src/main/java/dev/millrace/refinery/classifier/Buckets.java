package dev.millrace.refinery.classifier;

import dev.millrace.refinery.text.Words;

/**
 * Which weight belongs to a word or to a pair of neighbours: the low bits of its hash (the hashing
 * trick, Weinberger et al. 2009, arXiv:0902.2206, as in Vowpal Wabbit and fastText). N-grams that
 * meet in a bucket share its weight.
 *
 * @param count a power of two
 */
record Buckets(int count) {
  /** Names the computation. Weights learnt under one name mean nothing under another. */
  static final String SCHEME = "folded-words-1-2.1";

  static final int COUNT_MIN = 1 << 8;
  static final int COUNT_MAX = 1 << 24;
  private static final long BASE = 0x9E3779B97F4A7C15L;

  Buckets {
    if (count < COUNT_MIN || count > COUNT_MAX || Integer.bitCount(count) != 1) {
      throw new IllegalArgumentException(
          "buckets must be a power of two from 2^8 to 2^24: " + count);
    }
  }

  /** How many n-grams a text has: every word, and every word with the next. */
  static int nGrams(Words words) {
    return Math.max(0, 2 * words.count() - 1);
  }

  /** Of a word, by its hash. */
  int of(long word) {
    return (int) word & (count - 1);
  }

  /** Of two words in this order, by their hashes. */
  int of(long first, long second) {
    long mixed = (first * BASE + second) * BASE;
    return (int) (mixed >>> 32) & (count - 1);
  }
}
