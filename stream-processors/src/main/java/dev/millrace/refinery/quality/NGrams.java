package dev.millrace.refinery.quality;

import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.WordBreaks;

/**
 * Repeated n-grams of a text's words. Hashes of n-grams roll from n to n + 1 with one
 * multiplication a word, so n must not fall from one call to the next. They are 64 bits wide; a
 * collision could only make a text look a few characters more repetitive.
 */
final class NGrams {
  /** An odd multiplier for polynomial hashes. */
  static final long BASE = 0x5851F42D4C957F2DL;

  private static final long NEXT_WORD = 0xD1342543DE82EF95L;

  private final int words;

  /** Of each word. */
  private final long[] hashes;

  /** BASE to the power of each word's length in units: appending that word multiplies by it. */
  private final long[] powers;

  /** Code points before each word; [words + 1]. */
  private final int[] codePointsBefore;

  private final HashTable table;

  /** Of the n-gram at each word, as a sequence of words. */
  private final long[] sequences;

  private int sequenceLength = 1;

  /** Of the n-gram at each word, as one string without separators. */
  private final long[] joined;

  private int joinedLength = 1;

  NGrams(RefinedText refined) {
    String text = refined.text();
    WordBreaks breaks = refined.words();
    words = breaks.count();
    hashes = new long[words];
    powers = new long[words];
    codePointsBefore = new int[words + 1];
    for (int w = 0; w < words; w++) {
      long hash = 0;
      long power = 1;
      int codePoints = 0;
      for (int i = breaks.start(w); i < breaks.end(w); i++) {
        char unit = text.charAt(i);
        hash = hash * BASE + unit + 1;
        power *= BASE;
        if (!Character.isLowSurrogate(unit)) codePoints++;
      }
      hashes[w] = hash;
      powers[w] = power;
      codePointsBefore[w + 1] = codePointsBefore[w] + codePoints;
    }
    sequences = hashes.clone();
    joined = hashes.clone();
    table = new HashTable(words);
  }

  /**
   * Length of the most frequent n-gram, spaces between its words included, times its number of
   * occurrences; of equally frequent ones the first. It counts even if nothing repeats.
   */
  long top(int n) {
    for (; sequenceLength < n; sequenceLength++) {
      for (int i = 0; i + sequenceLength < words; i++) {
        sequences[i] = sequences[i] * NEXT_WORD + hashes[i + sequenceLength];
      }
    }
    table.clear();
    int bestCount = 0;
    int best = 0;
    for (int i = 0; i + n <= words; i++) {
      int count = table.add(sequences[i], i);
      if (count < bestCount) continue;
      int first = table.first(sequences[i]);
      if (count > bestCount || first < best) best = first;
      bestCount = count;
    }
    return bestCount == 0 ? 0 : (long) bestCount * (codePoints(best, n) + n - 1);
  }

  /** Length of the n-grams that occurred before, going on behind each that did. */
  long repeated(int n) {
    for (; joinedLength < n; joinedLength++) {
      for (int i = 0; i + joinedLength < words; i++) {
        joined[i] = joined[i] * powers[i + joinedLength] + hashes[i + joinedLength];
      }
    }
    table.clear();
    long codePoints = 0;
    int i = 0;
    while (i + n <= words) {
      if (table.contains(joined[i])) {
        codePoints += codePoints(i, n);
        i += n;
      } else {
        table.add(joined[i], i++);
      }
    }
    return codePoints;
  }

  private int codePoints(int word, int n) {
    return codePointsBefore[word + n] - codePointsBefore[word];
  }
}
