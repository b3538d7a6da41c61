package dev.millrace.refinery.quality;

import dev.millrace.refinery.text.Lines;
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
      int end = Lines.end(text, start);
      int first = Whitespace.skip(text, start, end);
      if (first < end) {
        if (text.charAt(first) == BULLET || text.charAt(first) == '-') bullets++;
        if (endsWithEllipsis(text, first, Whitespace.trimEnd(text, first, end))) trailingOff++;
      }
      lines++;
      start = Lines.next(text, end);
    }
    return new LineCounts(
        lines, bullets, trailingOff, count(text, '#'), count(text, ELLIPSIS) + tripleDots(text));
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
