package dev.millrace.tokenizer;

/**
 * GPT-2's printable alphabet for bytes: a byte that prints in Latin-1 stands for itself, the others
 * for U+0100 and on, in order (Radford et al. 2019). A vocabulary of byte strings becomes one of
 * ordinary strings without spaces or controls.
 */
final class ByteAlphabet {
  private static final char[] CHARACTERS = new char[256];
  private static final int[] BYTES = new int[512];

  static {
    java.util.Arrays.fill(BYTES, -1);
    int moved = 256;
    for (int b = 0; b < 256; b++) {
      boolean prints = (b > 32 && b < 127) || (b > 160 && b != 173);
      CHARACTERS[b] = (char) (prints ? b : moved++);
      BYTES[CHARACTERS[b]] = b;
    }
  }

  private ByteAlphabet() {}

  static char character(int b) {
    return CHARACTERS[b];
  }

  static String spell(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte b : bytes) text.append(CHARACTERS[b & 0xff]);
    return text.toString();
  }

  /** The inverse of {@link #spell}; throws for a character outside the alphabet. */
  static byte[] bytes(String spelled) {
    byte[] bytes = new byte[spelled.length()];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) code(spelled.charAt(i));
    return bytes;
  }

  static boolean spells(String text) {
    return text.chars().allMatch(c -> c < BYTES.length && BYTES[c] >= 0);
  }

  private static int code(char c) {
    if (c >= BYTES.length || BYTES[c] < 0) {
      throw new IllegalArgumentException("no byte is spelled U+" + Integer.toHexString(c));
    }
    return BYTES[c];
  }
}
