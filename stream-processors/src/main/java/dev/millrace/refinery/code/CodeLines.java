package dev.millrace.refinery.code;

import dev.millrace.refinery.text.Lines;
import java.util.List;
import java.util.Locale;

/**
 * What one pass over the lines of a file counts, in code points without line breaks.
 *
 * @param lines all lines, blank ones too
 * @param longest the longest line's length
 * @param codePoints of all lines together
 */
record CodeLines(int lines, int longest, long codePoints) {

  static CodeLines of(String text) {
    int lines = 0;
    int longest = 0;
    long codePoints = 0;
    for (int start = 0, end; start < text.length(); start = Lines.next(text, end)) {
      end = Lines.end(text, start);
      int length = text.codePointCount(start, end);
      lines++;
      longest = Math.max(longest, length);
      codePoints += length;
    }
    return new CodeLines(lines, longest, codePoints);
  }

  double meanLength() {
    return lines == 0 ? 0 : (double) codePoints / lines;
  }

  /** How many of the first lines have one of the marks. */
  static int marked(String text, int linesMax, List<String> marks) {
    int marked = 0;
    int start = 0;
    for (int line = 0; line < linesMax && start < text.length(); line++) {
      int end = Lines.end(text, start);
      if (marks.stream().anyMatch(lowerCase(text.substring(start, end))::contains)) marked++;
      start = Lines.next(text, end);
    }
    return marked;
  }

  static double alphanumericFraction(String text) {
    int alphanumeric = 0;
    int codePoints = 0;
    for (int i = 0; i < text.length(); codePoints++) {
      int codePoint = text.codePointAt(i);
      if (isAlphanumeric(codePoint)) alphanumeric++;
      i += Character.charCount(codePoint);
    }
    return codePoints == 0 ? 0 : (double) alphanumeric / codePoints;
  }

  private static boolean isAlphanumeric(int codePoint) {
    if (Character.isLetterOrDigit(codePoint)) return true;
    int type = Character.getType(codePoint);
    return type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
  }

  static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
