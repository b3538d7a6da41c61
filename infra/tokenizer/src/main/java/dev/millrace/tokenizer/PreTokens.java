package dev.millrace.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * GPT-2's pre-tokenisation (Radford et al. 2019): contractions, then runs of letters, of numbers
 * and of other symbols, each with at most one leading space; merges never cross a border. The
 * classes are Unicode's, as in Hugging Face's {@code ByteLevel} with {@code use_regex}.
 */
final class PreTokens {
  private static final String SPACE =
      "\\t-\\r \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";

  /** White space is spelled out: Java's {@code \s} is ASCII, Unicode's White_Space is meant. */
  static final Pattern PATTERN =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^S\\p{L}\\p{N}]+|[S]+(?![^S])|[S]+"
              .replace("S]", SPACE + "]")
              .replace("[^S", "[^" + SPACE));

  private PreTokens() {}

  /** What UTF-8 can carry of a text: unpaired surrogates become question marks. */
  static String encodable(String text) {
    return text.codePoints().anyMatch(PreTokens::isSurrogate)
        ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
        : text;
  }

  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  /**
   * Whether this Java knows every character well enough to class it: letters of a later Unicode
   * version would pass for symbols. The pictographic blocks are symbols whatever is added.
   */
  static boolean knowsEveryCharacterOf(String text) {
    return text.codePoints().allMatch(PreTokens::isKnown);
  }

  private static boolean isKnown(int c) {
    return c < 0x370 || Character.getType(c) != Character.UNASSIGNED || pictographic(c);
  }

  private static boolean pictographic(int c) {
    return c >= 0x1F000 && c <= 0x1FAFF && !(c >= 0x1F100 && c <= 0x1F2FF);
  }
}
