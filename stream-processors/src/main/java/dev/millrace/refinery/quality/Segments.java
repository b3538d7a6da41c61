package dev.millrace.refinery.quality;

import dev.millrace.refinery.text.Whitespace;

/**
 * The parts of a text between runs of line feeds, and how many of them were there before.
 *
 * @param count parts, empty ones at the ends included
 * @param duplicates parts that are equal to an earlier one
 * @param duplicateCodePoints their length together
 */
record Segments(int count, int duplicates, long duplicateCodePoints) {
  private static final long POWER_2 = NGrams.power(2);
  private static final long POWER_3 = NGrams.power(3);
  private static final long POWER_4 = NGrams.power(4);

  /** Parts of the stripped text between two or more line feeds. */
  static Segments paragraphs(String text) {
    int start = Whitespace.skip(text, 0, text.length());
    return split(text, start, Whitespace.trimEnd(text, start, text.length()), 2);
  }

  /** Parts of the text between line feeds. */
  static Segments lines(String text) {
    return split(text, 0, text.length(), 1);
  }

  private static Segments split(String text, int from, int to, int feedsMin) {
    HashTable seen = new HashTable(64);
    int count = 0;
    int duplicates = 0;
    long duplicateCodePoints = 0;
    int start = from;
    while (start <= to) {
      int end = separator(text, start, to, feedsMin);
      count++;
      if (end == to && count == 1) break; // Equal to nothing.
      if (seen.count(seen.add(hash(text, start, end), count)) > 1) {
        duplicates++;
        duplicateCodePoints += text.codePointCount(start, end);
      }
      start = end == to ? to + 1 : afterFeeds(text, end, to);
    }
    return new Segments(count, duplicates, duplicateCodePoints);
  }

  /** Where the next run of at least so many line feeds begins, else {@code to}. */
  private static int separator(String text, int from, int to, int feedsMin) {
    int at = text.indexOf('\n', from);
    while (at >= 0 && at < to) {
      int after = afterFeeds(text, at, to);
      if (after - at >= feedsMin) return at;
      at = text.indexOf('\n', after);
    }
    return to;
  }

  private static int afterFeeds(String text, int at, int to) {
    int i = at;
    while (i < to && text.charAt(i) == '\n') i++;
    return i;
  }

  static long hash(String text, int start, int end) {
    long hash = 0;
    int i = start;
    // Four at a time: a multiplication that waits for the one before would take most of the time.
    for (; i + 4 <= end; i += 4) {
      hash =
          hash * POWER_4
              + (text.charAt(i) + 1) * POWER_3
              + (text.charAt(i + 1) + 1) * POWER_2
              + (text.charAt(i + 2) + 1) * NGrams.BASE
              + text.charAt(i + 3)
              + 1;
    }
    for (; i < end; i++) hash = hash * NGrams.BASE + text.charAt(i) + 1;
    return hash;
  }

  double duplicateFraction() {
    return (double) duplicates / count;
  }
}
