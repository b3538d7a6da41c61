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
      if (seen.add(hash(text, start, end), count) > 1) {
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
    for (int i = start; i < end; i++) hash = hash * NGrams.BASE + text.charAt(i) + 1;
    return hash;
  }

  double duplicateFraction() {
    return (double) duplicates / count;
  }
}
