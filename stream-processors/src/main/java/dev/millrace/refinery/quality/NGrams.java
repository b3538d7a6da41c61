package dev.millrace.refinery.quality;

import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.WordBreaks;
import java.util.Arrays;

/**
 * Repeated n-grams of a text's words, by 64-bit hashes; a collision could only make a text look a
 * few characters more repetitive. Most words begin or end no n-gram that repeats, and a look at
 * shorter ones tells: {@link #top} asks only where the shorter n-gram repeated, {@link #repeated}
 * only where the last characters did. So n must not fall from one call to the next.
 */
final class NGrams {
  /** An odd multiplier for polynomial hashes. */
  static final long BASE = 0x5851F42D4C957F2DL;

  private static final long NEXT_WORD = 0xD1342543DE82EF95L;

  /** BASE to the power of the index. */
  private static final long[] POWERS = new long[256];

  /** Characters compared before n-grams are, each by its last bits. */
  private static final int TAIL = 12;

  private static final int TAIL_BITS = 5;
  private static final long TAIL_MASK = (1L << (TAIL * TAIL_BITS)) - 1;
  private static final long UNIT_MASK = (1L << TAIL_BITS) - 1;

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) POWERS[i] = POWERS[i - 1] * BASE;
  }

  private final int words;

  /** Of each word. */
  private final long[] hashes;

  /** Of all characters before each word, as one string without separators; [words + 1]. */
  private final long[] before;

  /** UTF-16 units before each word; [words + 1]. */
  private final int[] unitsBefore;

  /** Code points before each word; [words + 1]. The same array where every unit is one. */
  private final int[] codePointsBefore;

  /** The last characters up to the end of each word. */
  private final long[] tails;

  /** With room for all n-grams of a length. */
  private final HashTable table;

  private final int[] slots;

  /**
   * Of the n-gram at each word, as a sequence of words; kept up where {@link #topFrom} names it.
   */
  private final long[] sequences;

  private int sequenceLength = 1;

  /** Words at which an n-gram of that length repeats, in order; at first all. */
  private final int[] topFrom;

  private int topCount;

  /** Words that end what may repeat, in order; empty until the first call. */
  private int[] ends = new int[0];

  private boolean endsKnown;

  NGrams(RefinedText refined) {
    char[] text = refined.text().toCharArray();
    WordBreaks breaks = refined.words();
    words = breaks.count();
    hashes = new long[words];
    before = new long[words + 1];
    unitsBefore = new int[words + 1];
    tails = new long[words];
    long tail = 0;
    for (int w = 0; w < words; w++) {
      int start = breaks.start(w);
      int end = breaks.end(w);
      long hash = 0;
      for (int i = start; i < end; i++) {
        char unit = text[i];
        hash = hash * BASE + unit + 1;
        tail = tail << TAIL_BITS | (unit & UNIT_MASK);
      }
      hashes[w] = hash;
      before[w + 1] = before[w] * power(end - start) + hash;
      unitsBefore[w + 1] = unitsBefore[w] + end - start;
      tails[w] = tail & TAIL_MASK;
    }
    boolean single = refined.codePoints() == text.length;
    codePointsBefore = single ? unitsBefore : codePoints(refined.text(), breaks);
    sequences = hashes.clone();
    table = new HashTable(words);
    slots = new int[words];
    topFrom = new int[words];
    for (int w = 0; w < words; w++) topFrom[w] = w;
    topCount = words;
  }

  private static int[] codePoints(String text, WordBreaks breaks) {
    int[] codePoints = new int[breaks.count() + 1];
    for (int w = 0; w < breaks.count(); w++) {
      codePoints[w + 1] = codePoints[w] + text.codePointCount(breaks.start(w), breaks.end(w));
    }
    return codePoints;
  }

  static long power(int exponent) {
    if (exponent < POWERS.length) return POWERS[exponent];
    long half = power(exponent / 2);
    return half * half * POWERS[exponent % 2];
  }

  /**
   * Length of the most frequent n-gram, spaces between its words included, times its number of
   * occurrences; of equally frequent ones the first. It counts even if nothing repeats.
   */
  long top(int n) {
    if (n > words) return 0;
    while (topCount > 0 && topFrom[topCount - 1] + n > words) topCount--;
    for (int t = 0; t < topCount; t++) {
      int i = topFrom[t];
      for (int k = sequenceLength; k < n; k++) {
        sequences[i] = sequences[i] * NEXT_WORD + hashes[i + k];
      }
    }
    sequenceLength = n;
    table.clear();
    int bestCount = 1;
    int best = 0;
    for (int t = 0; t < topCount; t++) {
      slots[t] = table.add(sequences[topFrom[t]], topFrom[t]);
      int count = table.count(slots[t]);
      if (count < bestCount || count == 1) continue;
      int first = table.first(slots[t]);
      if (count > bestCount || first < best) best = first;
      bestCount = count;
    }
    keepRepeated();
    return (long) bestCount * (codePoints(best, n) + n - 1);
  }

  private void keepRepeated() {
    int kept = 0;
    for (int t = 0; t < topCount; t++) {
      if (table.count(slots[t]) > 1) topFrom[kept++] = topFrom[t];
    }
    topCount = kept;
  }

  /** Length of the n-grams that occurred before, going on behind each that did. */
  long repeated(int n) {
    if (!endsKnown) findEnds(n);
    table.clear();
    long codePoints = 0;
    int from = 0;
    for (int end : ends) {
      int i = end - n + 1;
      if (i < from) continue;
      if (table.count(table.add(joined(i, n), i)) > 1) {
        codePoints += codePoints(i, n);
        from = i + n;
      }
    }
    return codePoints;
  }

  /**
   * Equal n-grams end with equal characters, as many as the shorter of them and the tails have: a
   * word whose tail is no other's ends none, unless the n-gram is shorter than a tail.
   */
  private void findEnds(int n) {
    endsKnown = true;
    table.clear();
    for (int w = 0; w < words; w++) slots[w] = table.add(tails[w], w);
    ends = new int[words];
    int count = 0;
    for (int w = n - 1; w < words; w++) {
      boolean brief = unitsBefore[w + 1] - unitsBefore[w + 1 - n] < TAIL;
      if (brief || table.count(slots[w]) > 1) ends[count++] = w;
    }
    ends = Arrays.copyOf(ends, count);
  }

  /** Of the n-gram's characters without separators. */
  private long joined(int word, int n) {
    int units = unitsBefore[word + n] - unitsBefore[word];
    return before[word + n] - before[word] * power(units);
  }

  private int codePoints(int word, int n) {
    return codePointsBefore[word + n] - codePointsBefore[word];
  }
}
