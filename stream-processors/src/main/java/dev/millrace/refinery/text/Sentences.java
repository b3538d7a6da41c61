package dev.millrace.refinery.text;

/**
 * How many sentences a line has, as datatrove counts them: by spaCy's English sentencizer on {@link
 * EnglishTokens}. A sentence ends with a token that is one sentence mark, and the next begins with
 * the next token that is not all punctuation. Whether a mark is a token is what takes work: it is
 * not in {@code Mr.}, {@code U.S.}, {@code 3.5}, {@code example.com} and {@code ...}.
 */
public final class Sentences {
  private static final String MARKS =
      "!.?\u0589\u061f\u06d4\u0700\u0701\u0702\u07f9\u0964\u0965\u104a\u104b\u1362\u1367\u1368"
          + "\u166e\u1735\u1736\u1803\u1809\u1944\u1945\u1aa8\u1aa9\u1aaa\u1aab\u1b5a\u1b5b\u1b5e"
          + "\u1b5f\u1c3b\u1c3c\u1c7e\u1c7f\u203c\u203d\u2047\u2048\u2049\u2e2e\u2e3c\ua4ff\ua60e"
          + "\ua60f\ua6f3\ua6f7\ua876\ua877\ua8ce\ua8cf\ua92f\ua9c8\ua9c9\uaa5d\uaa5e\uaa5f\uaaf0"
          + "\uaaf1\uabeb\ufe52\ufe56\ufe57\uff01\uff0e\uff1f\uff61\u3002";

  private static final byte ORDINARY = 0;
  private static final byte MARK = 1;
  private static final byte SPACE = 2;

  /** Of each UTF-16 unit. */
  private static final byte[] KIND = new byte[1 << Character.SIZE];

  static {
    for (int c = 0; c < KIND.length; c++) if (Whitespace.is((char) c)) KIND[c] = SPACE;
    for (char mark : MARKS.toCharArray()) KIND[mark] = MARK;
  }

  private final String line;
  private final EnglishTokens tokens;
  private int count = 1;
  private boolean ended;

  private Sentences(String line) {
    this.line = line;
    tokens = new EnglishTokens(line);
  }

  /** Sentences in a line; one where it is blank. */
  public static int count(String line) {
    Sentences sentences = new Sentences(line);
    sentences.read();
    return sentences.count;
  }

  private void read() {
    int i = 0;
    while (i < line.length()) {
      int start = Whitespace.skip(line, i, line.length());
      // One space separates; any other white space is a token, which is no punctuation.
      if (start - i > 1 || (start > i && line.charAt(i) != ' ')) next();
      int kinds = ORDINARY;
      for (i = start; i < line.length(); i++) {
        byte kind = KIND[line.charAt(i)];
        if (kind == SPACE) break;
        kinds |= kind;
      }
      if (kinds == MARK) tokens(start, i);
      else token(start, i);
    }
  }

  private void tokens(int start, int end) {
    tokens.read(start, end);
    int at = start;
    for (int t = 0; t < tokens.count(); t++) {
      token(at, tokens.end(t));
      at = tokens.end(t);
    }
  }

  /** A token that is neither mark nor punctuation. */
  private void next() {
    if (ended) count++;
    ended = false;
  }

  private static boolean isMark(char c) {
    return KIND[c] == MARK;
  }

  private void token(int start, int end) {
    if (start == end) return;
    if (end - start == 1 && isMark(line.charAt(start))) {
      ended = true;
    } else if (!isPunctuation(start, end)) {
      next();
    }
  }

  private boolean isPunctuation(int start, int end) {
    for (int i = start; i < end; i++) {
      char c = line.charAt(i);
      if (Character.isLetterOrDigit(c)) return false;
      if (Character.isHighSurrogate(c)) {
        if (!isPunctuation(line.codePointAt(i))) return false;
        i++;
      } else if (!isPunctuation((int) c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPunctuation(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
