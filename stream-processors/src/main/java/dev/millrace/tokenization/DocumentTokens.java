package dev.millrace.tokenization;

import dev.millrace.tokenizer.Tokenizer;

/** A document's tokens: the end of text, then its text. */
final class DocumentTokens {
  /**
   * Characters of one run without white space, or of white space alone. Tokenizers merge within
   * words; a word of megabytes takes them minutes and gigabytes.
   */
  static final int RUN_MAX = 64 << 10;

  private final Tokenizer tokenizer;

  DocumentTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * The tokens of a text.
   *
   * @throws TooLongWordException for a word that no tokenizer should be given
   */
  int[] of(String text) {
    int run = longestRun(text);
    if (run > RUN_MAX) throw new TooLongWordException(run);
    int[] ids = tokenizer.encode(text);
    int[] tokens = new int[ids.length + 1];
    tokens[0] = tokenizer.endOfText();
    System.arraycopy(ids, 0, tokens, 1, ids.length);
    return tokens;
  }

  private static int longestRun(String text) {
    int longest = 0;
    int start = 0;
    for (int i = 1; i <= text.length(); i++) {
      if (i < text.length() && isSpace(text, i) == isSpace(text, i - 1)) continue;
      longest = Math.max(longest, i - start);
      start = i;
    }
    return longest;
  }

  private static boolean isSpace(String text, int i) {
    return Character.isWhitespace(text.charAt(i));
  }

  /** A text holds a word of so many characters. */
  static final class TooLongWordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private TooLongWordException(int characters) {
      super(
          "a word of %d characters; %d are possible".formatted(characters, DocumentTokens.RUN_MAX));
    }
  }
}
