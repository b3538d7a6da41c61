package dev.millrace.evaluator.heldout;

import dev.millrace.evaluator.metrics.Text;
import java.util.function.ToIntFunction;

/** The beginning of a text that is too long to be scored whole. */
final class Prefix {
  private Prefix() {}

  /**
   * The longest beginning of at most so many tokens, cut before white space where it has any, so
   * that it ends with a whole word.
   */
  static String of(String text, int tokensMax, ToIntFunction<String> tokens) {
    if (tokens.applyAsInt(text) <= tokensMax) return text;
    int fits = 0;
    int tooLong = text.codePointCount(0, text.length());
    while (tooLong - fits > 1) {
      int middle = (fits + tooLong) >>> 1;
      if (tokens.applyAsInt(prefix(text, middle)) <= tokensMax) fits = middle;
      else tooLong = middle;
    }
    return endingWithAWord(text, text.offsetByCodePoints(0, fits));
  }

  private static String prefix(String text, int codePoints) {
    return text.substring(0, text.offsetByCodePoints(0, codePoints));
  }

  private static String endingWithAWord(String text, int end) {
    for (int i = end; i > 0; i--) {
      if (Text.isWhiteSpace(text.charAt(i))) return text.substring(0, i);
    }
    return text.substring(0, end);
  }
}
