package dev.millrace.refinery.language;

/** How often each n-gram was seen, in the order in which they were seen first. */
final class NGramCounts {
  private final int[] counts;

  /** With room for one more, which is written and not counted. */
  private final char[] seen;

  private int distinct;

  /** For the numbers below this one. */
  NGramCounts(int nGrams) {
    counts = new int[nGrams];
    seen = new char[nGrams + 1];
  }

  /** Without a branch: every other n-gram is new, which no processor foresees. */
  void add(int nGram) {
    int before = counts[nGram]++;
    seen[distinct] = (char) nGram;
    distinct += (before - 1) >>> 31;
  }

  /** How many different ones there are. */
  int distinct() {
    return distinct;
  }

  /** The one that was seen as the i-th. */
  int nGram(int i) {
    return seen[i];
  }

  /** How often the i-th was seen. */
  int of(int i) {
    return counts[seen[i]];
  }

  /** Forgets everything. */
  void clear() {
    for (int i = 0; i < distinct; i++) counts[seen[i]] = 0;
    distinct = 0;
  }
}
