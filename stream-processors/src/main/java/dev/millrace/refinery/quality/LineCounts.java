package dev.millrace.refinery.quality;

import dev.millrace.refinery.text.Whitespace;

/**
 * What one pass over a text's lines counts. Every line break ends a line, blank lines count, and
 * nothing comes after the last break.
 *
 * @param lines all lines
 * @param bullets lines that begin with a bullet or a hyphen
 * @param trailingOff lines that end with an ellipsis
 * @param hashes number signs in the text
 * @param ellipses ellipses in the text
 */
record LineCounts(int lines, int bullets, int trailingOff, int hashes, int ellipses) {
  private static final char BULLET = '•';
  private static final char ELLIPSIS = '…';

  static LineCounts of(String text) {
    int lines = 0;
    int bullets = 0;
    int trailingOff = 0;
    int start = 0;
    while (start < text.length()) {
      int end = lineEnd(text, start);
      int first = Whitespace.skip(text, start, end);
      if (first < end) {
        if (text.charAt(first) == BULLET || text.charAt(first) == '-') bullets++;
        if (endsWithEllipsis(text, first, Whitespace.trimEnd(text, first, end))) trailingOff++;
      }
      lines++;
      start = end + breakLength(text, end);
    }
    return new LineCounts(
        lines, bullets, trailingOff, count(text, '#'), count(text, ELLIPSIS) + tripleDots(text));
  }

  private static int lineEnd(String text, int start) {
    int i = start;
    while (i < text.length() && !isBreak(text.charAt(i))) i++;
    return i;
  }

  private static boolean isBreak(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  private static int breakLength(String text, int at) {
    return text.startsWith("\r\n", at) ? 2 : 1;
  }

  private static boolean endsWithEllipsis(String text, int start, int end) {
    return text.charAt(end - 1) == ELLIPSIS
        || (end - 3 >= start && text.startsWith("...", end - 3));
  }

  private static int count(String text, char wanted) {
    int count = 0;
    for (int i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + 1)) count++;
    return count;
  }

  private static int tripleDots(String text) {
    int count = 0;
    for (int i = text.indexOf("..."); i >= 0; i = text.indexOf("...", i + 3)) count++;
    return count;
  }

  double perLine(int occurrences) {
    return lines == 0 ? 0 : (double) occurrences / lines;
  }
}
