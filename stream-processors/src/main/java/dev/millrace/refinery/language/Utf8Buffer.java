package dev.millrace.refinery.language;

/** A piece of a text in UTF-8, without the halves of surrogate pairs that stand alone. */
final class Utf8Buffer {
  private final byte[] bytes;
  private int length;

  Utf8Buffer(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] bytes() {
    return bytes;
  }

  /** How many of the bytes are the piece's. */
  int length() {
    return length;
  }

  /** Takes as many whole characters as find room. Where the text goes on. */
  int fill(String text, int from) {
    length = 0;
    int i = from;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      int size = size(codePoint);
      if (length + size > bytes.length) return i;
      put(codePoint, size);
      i += Character.charCount(codePoint);
    }
    return i;
  }

  private static int size(int codePoint) {
    if (codePoint < 0x80) return 1;
    if (codePoint < 0x800) return 2;
    if (codePoint >= Character.MIN_SUPPLEMENTARY_CODE_POINT) return 4;
    return Character.isSurrogate((char) codePoint) ? 0 : 3;
  }

  private void put(int codePoint, int size) {
    switch (size) {
      case 0 -> {}
      case 1 -> bytes[length++] = (byte) codePoint;
      case 2 -> {
        bytes[length++] = (byte) (0xc0 | codePoint >> 6);
        follow(codePoint);
      }
      case 3 -> {
        bytes[length++] = (byte) (0xe0 | codePoint >> 12);
        follow(codePoint >> 6);
        follow(codePoint);
      }
      default -> {
        bytes[length++] = (byte) (0xf0 | codePoint >> 18);
        follow(codePoint >> 12);
        follow(codePoint >> 6);
        follow(codePoint);
      }
    }
  }

  private void follow(int bits) {
    bytes[length++] = (byte) (0x80 | (bits & 0x3f));
  }
}
