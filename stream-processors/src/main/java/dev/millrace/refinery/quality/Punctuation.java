package dev.millrace.refinery.quality;

/** Characters that make no word: Unicode's punctuation, ASCII's symbols, controls. */
final class Punctuation {
  private static final int TYPES =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION
          | 1 << Character.CONTROL;
  private static final String ASCII_SYMBOLS = "$+<=>^`|~";

  private Punctuation() {}

  static boolean is(char c) {
    return (1 << Character.getType(c) & TYPES) != 0 || (c < 0x80 && ASCII_SYMBOLS.indexOf(c) >= 0);
  }
}
