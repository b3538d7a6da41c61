package dev.millrace.refinery.pii;

import java.util.List;

/**
 * Dotted quads that the public internet routes: four numbers from 0 to 255 without leading zeros,
 * not part of a longer number, word or dotted chain. Blocks of the IANA registry of special-purpose
 * addresses that are not globally reachable, multicast and reserved ones are left alone.
 */
final class Ipv4 {
  private static final int LENGTH_MAX = 15;

  private Ipv4() {}

  static void find(String text, List<Span> spans) {
    int from = 0;
    for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', Math.max(dot + 1, from))) {
      int start = firstDigit(text, dot, from);
      if (start == dot) continue;
      int end = end(text, start);
      if (end < 0) continue;
      if (isPublic(value(text.substring(start, end)))) spans.add(new Span(Kind.IPV4, start, end));
      from = end;
    }
  }

  /** Where the number before a dot begins, if an address may begin there; else the dot. */
  private static int firstDigit(String text, int dot, int from) {
    int start = dot;
    while (start > from && dot - start < 4 && isDigit(text.charAt(start - 1))) start--;
    return start > 0 && isJoined(text.charAt(start - 1)) ? dot : start;
  }

  /** What makes digits beside it part of something else: letters, digits, points, underscores. */
  private static boolean isJoined(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '_';
  }

  /** The end of the address that begins here, or -1. */
  static int end(String text, int start) {
    int i = start;
    for (int part = 0; part < 4; part++) {
      if (part > 0 && (i >= text.length() || text.charAt(i++) != '.')) return -1;
      int digits = i;
      int value = 0;
      while (i < text.length() && i - digits < 4 && isDigit(text.charAt(i))) {
        value = 10 * value + text.charAt(i++) - '0';
      }
      boolean leadingZero = i - digits > 1 && text.charAt(digits) == '0';
      if (i == digits || value > 255 || leadingZero) return -1;
    }
    return endsHere(text, i) ? i : -1;
  }

  /** A point may follow at the end of a sentence. */
  private static boolean endsHere(String text, int end) {
    if (end >= text.length()) return true;
    char next = text.charAt(end);
    if (next != '.') return !isJoined(next);
    return end + 1 >= text.length() || !Character.isLetterOrDigit(text.charAt(end + 1));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The address as a number. */
  static long value(String quad) {
    if (quad.length() > LENGTH_MAX) throw new IllegalArgumentException(quad);
    long value = 0;
    int part = 0;
    for (int i = 0; i < quad.length(); i++) {
      char c = quad.charAt(i);
      if (c == '.') {
        value = value << 8 | part;
        part = 0;
      } else {
        part = 10 * part + c - '0';
      }
    }
    return value << 8 | part;
  }

  private static final long[][] NOT_PUBLIC = {
    block(0, 0, 0, 0, 8),
    block(10, 0, 0, 0, 8),
    block(100, 64, 0, 0, 10),
    block(127, 0, 0, 0, 8),
    block(169, 254, 0, 0, 16),
    block(172, 16, 0, 0, 12),
    block(192, 0, 0, 0, 24),
    block(192, 0, 2, 0, 24),
    block(192, 88, 99, 0, 24),
    block(192, 168, 0, 0, 16),
    block(198, 18, 0, 0, 15),
    block(198, 51, 100, 0, 24),
    block(203, 0, 113, 0, 24),
    block(224, 0, 0, 0, 4),
    block(240, 0, 0, 0, 4)
  };

  /** First and last address of a block. */
  private static long[] block(int a, int b, int c, int d, int prefix) {
    long first = (long) a << 24 | b << 16 | c << 8 | d;
    return new long[] {first, first + (1L << (32 - prefix)) - 1};
  }

  static boolean isPublic(long address) {
    for (long[] block : NOT_PUBLIC) {
      if (address >= block[0] && address <= block[1]) return false;
    }
    return true;
  }
}
