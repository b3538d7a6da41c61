package dev.millrace.refinery.dedup;

import dev.millrace.refinery.text.Words;

/**
 * Hashes of every run of n words, by a polynomial that rolls over the words' own hashes (Karp and
 * Rabin 1987). A text of fewer words is one shingle; one without words has none.
 */
public final class Shingles {
  private static final long BASE = 0x9E3779B97F4A7C15L;

  private Shingles() {}

  /** In text order, with repetitions. */
  public static long[] of(Words words, int n) {
    int count = words.count();
    if (count == 0) return new long[0];
    int size = Math.min(n, count);
    long[] shingles = new long[count - size + 1];
    long oldest = power(size);
    long rolling = 0;
    for (int i = 0; i < count; i++) {
      rolling = rolling * BASE + words.hash(i);
      if (i >= size) rolling -= words.hash(i - size) * oldest;
      if (i >= size - 1) shingles[i - size + 1] = SplitMix.mix(rolling);
    }
    return shingles;
  }

  private static long power(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) power *= BASE;
    return power;
  }
}
