package dev.millrace.tokenizer;

import java.util.regex.Pattern;

/** Which tokens end a sentence, by what they are spelled with. */
final class SentenceEnd {
  /** Latin, Devanagari, Arabic and the full-width marks of East Asia. */
  private static final Pattern PATTERN =
      Pattern.compile(
          "[.!?\u2026\u0964\u06D4\u061F\u3002\uFF01\uFF1F]['\")\\]\u2019\u201D\u00BB\u300D]*\\s*$");

  private SentenceEnd() {}

  static boolean is(Tokenizer tokenizer, int id) {
    try {
      return PATTERN.matcher(tokenizer.decode(new int[] {id})).find();
    } catch (IllegalArgumentException e) {
      return false; // A hole in the numbering.
    }
  }
}
