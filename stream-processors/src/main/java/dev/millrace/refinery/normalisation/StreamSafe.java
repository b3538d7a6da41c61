package dev.millrace.refinery.normalisation;

import com.ibm.icu.text.Normalizer2;

/**
 * Unicode's stream-safe text (UAX #15, section 13): where more than {@value #MARKS_MAX} combining
 * marks follow each other, a combining grapheme joiner stands between. Marks are brought into order
 * as far as they follow each other, one by one, so that a million of them would take a million
 * times a million steps. No language writes so many: the most that is known are seventeen.
 */
final class StreamSafe {
  private static final Normalizer2 NFC = Normalizer2.getNFCInstance();
  private static final int MARKS_MAX = 30;
  private static final char JOINER = '\u034F';
  private static final char FIRST_MARK = '\u0300';

  private StreamSafe() {}

  static String of(String text) {
    int marks = 0;
    for (int i = 0; i < text.length(); i++) {
      marks = isMark(text, i) ? marks + 1 : 0;
      if (marks > MARKS_MAX) return joined(text);
    }
    return text;
  }

  private static String joined(String text) {
    StringBuilder joined = new StringBuilder(text.length() + text.length() / MARKS_MAX);
    int marks = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      marks = isMark(text, i) ? marks + 1 : 0;
      if (marks > MARKS_MAX) {
        joined.append(JOINER);
        marks = 1;
      }
      joined.appendCodePoint(codePoint);
      i += Character.charCount(codePoint);
    }
    return joined.toString();
  }

  /** Whether a code point that moves among its neighbours begins here. */
  private static boolean isMark(String text, int i) {
    return text.charAt(i) >= FIRST_MARK && NFC.getCombiningClass(text.codePointAt(i)) != 0;
  }
}
