package dev.millrace.refinery.quality;

/**
 * Characters that make no word to datatrove: ASCII's punctuation and symbols, controls, {@link
 * SentenceMarks} and a few marks of other scripts. Not all of Unicode's: {@code •} makes a word.
 */
final class Punctuation {
  private static final String OTHERS = "«´»–—’“”„…∶━►、〈〉《》「」【】％（），１：；～";

  private Punctuation() {}

  static boolean is(int codePoint) {
    if (codePoint == '\t' || codePoint == '\n') return false; // White space is in no word anyway.
    if (codePoint < 0x80) return codePoint != ' ' && !Character.isLetterOrDigit(codePoint);
    return codePoint < 0xa0 || OTHERS.indexOf(codePoint) >= 0 || SentenceMarks.is(codePoint);
  }
}
