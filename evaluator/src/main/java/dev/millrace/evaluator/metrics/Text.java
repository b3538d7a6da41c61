package dev.millrace.evaluator.metrics;

/** The measures of a text that do not depend on any tokenizer. */
public final class Text {
  private Text() {}

  /**
   * Runs of characters that are not white space, as Unicode and Python's {@code str.split} see it.
   * lm-evaluation-harness splits with {@code \s+} and so counts one more for white space at either
   * end of a document.
   */
  public static long words(String text) {
    long words = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      boolean word = !isWhiteSpace(text.charAt(i));
      if (word && !inside) words++;
      inside = word;
    }
    return words;
  }

  /** Bytes of the text in UTF-8; half a surrogate pair counts one, as the {@code ?} it becomes. */
  public static long bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) bytes++;
      else if (c < 0x800) bytes += 2;
      else if (!Character.isSurrogate(c)) bytes += 3;
      else if (isPair(text, i)) {
        bytes += 4;
        i++;
      } else bytes++;
    }
    return bytes;
  }

  /** All white space lies in the basic plane, so that one UTF-16 unit tells. */
  public static boolean isWhiteSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static boolean isPair(String text, int i) {
    return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
  }
}
