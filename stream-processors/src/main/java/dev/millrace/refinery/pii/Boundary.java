package dev.millrace.refinery.pii;

/**
 * Where a number stands for itself and is no part of a longer number or word: no letter, digit or
 * underscore beside it, nor a digit behind a point or hyphen.
 */
final class Boundary {
  private Boundary() {}

  static boolean startsAt(String text, int start) {
    if (start == 0) return true;
    char before = text.charAt(start - 1);
    return !isJoined(before) && !(isLink(before) && isDigit(text, start - 2));
  }

  static boolean endsAt(String text, int end) {
    if (end == text.length()) return true;
    char after = text.charAt(end);
    return !isJoined(after) && !(isLink(after) && isDigit(text, end + 1));
  }

  private static boolean isJoined(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private static boolean isLink(char c) {
    return c == '.' || c == '-';
  }

  private static boolean isDigit(String text, int i) {
    return i >= 0 && i < text.length() && isDigit(text.charAt(i));
  }

  /** Of ASCII. */
  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** What may stand between the groups of a number on paper. */
  static boolean isSeparator(char c) {
    return c == ' ' || c == '-' || c == '\u00A0' || c == '\u202F';
  }
}
