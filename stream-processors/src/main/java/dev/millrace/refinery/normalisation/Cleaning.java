package dev.millrace.refinery.normalisation;

/** Line ends, spaces and characters that nobody sees, in one pass. */
final class Cleaning {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int FEEDS_MAX = 2;

  private final StringBuilder out;

  /** Line feeds that are due before the next visible character. */
  private int feeds;

  /** Where the blanks at the end of the present line begin. */
  private int lineEnd;

  private Cleaning(int length) {
    out = new StringBuilder(length);
  }

  static String clean(String text) {
    Cleaning cleaning = new Cleaning(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > ' ' && c < 0x7F) {
        cleaning.visible(c);
      } else if (Character.isSurrogate(c)) {
        int codePoint = text.codePointAt(i);
        cleaning.supplementary(codePoint);
        i += Character.charCount(codePoint) - 1;
      } else if (c == '\r') {
        if (i + 1 == text.length() || text.charAt(i + 1) != '\n') cleaning.feed(1);
      } else {
        cleaning.other(c);
      }
    }
    return cleaning.out.substring(0, cleaning.lineEnd);
  }

  private void other(char c) {
    switch (c) {
      case '\n', '\u000B', '\f', '\u0085', '\u2028' -> feed(1);
      case '\u2029' -> feed(2);
      case ' ', '\t' -> out.append(c);
      default -> {
        if (Character.isSpaceChar(c)) out.append(' ');
        else if (!isInvisible(c)) visible(c);
      }
    }
  }

  /** Controls, format characters but the joiners that some scripts need, and non-characters. */
  static boolean isInvisible(char c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || (type == Character.FORMAT && c != '\u200C' && c != '\u200D' && !isPrepended(c))
        || c >= '\uFFFE'
        || (c >= '\uFDD0' && c <= '\uFDEF');
  }

  /** Arabic and Syriac signs of numbers and verses: format characters that are seen. */
  private static boolean isPrepended(char c) {
    return (c >= '\u0600' && c <= '\u0605') || c == '\u06DD' || c == '\u070F' || c == '\u08E2';
  }

  private void supplementary(int codePoint) {
    if (Character.isBmpCodePoint(codePoint)) {
      visible(REPLACEMENT);
    } else if ((codePoint & 0xFFFE) != 0xFFFE) {
      visible(Character.highSurrogate(codePoint));
      out.append(Character.lowSurrogate(codePoint));
      lineEnd = out.length();
    }
  }

  private void feed(int count) {
    out.setLength(lineEnd);
    feeds += count;
  }

  private void visible(char c) {
    if (feeds > 0) {
      breakLine();
      feeds = 0;
    }
    out.append(c);
    lineEnd = out.length();
  }

  /** Puts the line feeds that are due before the blanks that the new line begins with. */
  private void breakLine() {
    if (lineEnd == 0) return;
    out.insert(lineEnd, feeds == 1 ? "\n" : "\n".repeat(FEEDS_MAX));
  }
}
