package dev.millrace.refinery.text;

/** White space in the sense of Unicode's White_Space property, controls and no-break included. */
public final class Whitespace {
  /** By UTF-16 unit, 1 for white space. */
  private static final byte[] UNITS = new byte[1 << Character.SIZE];

  static {
    for (int c = 0; c < UNITS.length; c++) UNITS[c] = (byte) (isSpace((char) c) ? 1 : 0);
  }

  private Whitespace() {}

  private static boolean isSpace(char c) {
    if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    return c == 0x85 || Character.isSpaceChar(c);
  }

  /** Whether a UTF-16 unit is white space. */
  public static boolean is(char c) {
    return UNITS[c] != 0;
  }

  /** How many units of a text are white space. */
  public static int count(String text) {
    int count = 0;
    // Without a branch: nothing foresees where a word ends.
    for (int i = 0; i < text.length(); i++) count += UNITS[text.charAt(i)];
    return count;
  }

  /** The first index in [from, to) that is not white space, else {@code to}. */
  public static int skip(String text, int from, int to) {
    int i = from;
    while (i < to && is(text.charAt(i))) i++;
    return i;
  }

  /** The end of [from, to) without the white space at its end. */
  public static int trimEnd(String text, int from, int to) {
    int i = to;
    while (i > from && is(text.charAt(i - 1))) i--;
    return i;
  }

  /** The text without the white space at its ends. */
  public static String strip(String text) {
    int start = skip(text, 0, text.length());
    return text.substring(start, trimEnd(text, start, text.length()));
  }
}
