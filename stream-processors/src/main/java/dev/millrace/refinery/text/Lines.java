package dev.millrace.refinery.text;

/**
 * Where lines end, as Python's {@code splitlines} has it and so the rules that come from there: at
 * any line break of Unicode, the separators of ASCII included; CR LF is one break, and nothing
 * comes after the last.
 */
public final class Lines {
  private Lines() {}

  /** Index of the break that ends the line that begins here, or the text's end. */
  public static int end(String text, int start) {
    int i = start;
    while (i < text.length() && !isBreak(text.charAt(i))) i++;
    return i;
  }

  /** Where the line after the one that ends here begins; past the text's end after the last. */
  public static int next(String text, int end) {
    return end + (text.startsWith("\r\n", end) ? 2 : 1);
  }

  private static boolean isBreak(char c) {
    if (c > 0x1e && c < 0x85) return false;
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }
}
