package dev.millrace.refinery.normalisation;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Repairs UTF-8 that was once read as windows-1252 or ISO-8859-1 ({@code Ã©} for an e with acute),
 * up to three times over. A line is repaired only if every run of its non-ASCII characters is valid
 * UTF-8 in those bytes, and if it shows a sequence that no language writes or three sequences in
 * all: {@code CAFÉ™} alone is left as it is, and so is a line with one correct quotation mark.
 */
final class Mojibake {
  private static final int ROUNDS_MAX = 3;
  private static final int WEAK_SEQUENCES_MIN = 3;

  /** What windows-1252 has at 0x80 to 0x9F; 0 where it has nothing. */
  private static final char[] WINDOWS = new char[0x20];

  static {
    byte[] bytes = new byte[WINDOWS.length];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (0x80 + i);
    String decoded = new String(bytes, Charset.forName("windows-1252"));
    for (int i = 0; i < bytes.length; i++) {
      WINDOWS[i] = decoded.charAt(i) == '\uFFFD' ? 0 : decoded.charAt(i);
    }
  }

  private Mojibake() {}

  static String repair(String text) {
    String repaired = text;
    for (int round = 0; round < ROUNDS_MAX && isSuspect(repaired); round++) {
      String next = repairLines(repaired);
      if (next.equals(repaired)) break;
      repaired = next;
    }
    return repaired;
  }

  /** Whether a lead byte of UTF-8 is followed by a continuation byte anywhere. */
  private static boolean isSuspect(String text) {
    for (int i = 1; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80 && isLead(text.charAt(i - 1)) && isTail(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  static boolean isLead(char c) {
    return c >= 0xC2 && c <= 0xF4;
  }

  private static boolean isTail(char c) {
    int b = byteOf(c);
    return b >= 0x80 && b <= 0xBF;
  }

  /** The byte that a character stands for, or -1. */
  private static int byteOf(char c) {
    if (c < 0x100) return c;
    for (int i = 0; i < WINDOWS.length; i++) {
      if (WINDOWS[i] == c) return 0x80 + i;
    }
    return -1;
  }

  private static String repairLines(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int start = 0;
    while (start < text.length()) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed + 1;
      String line = text.substring(start, end);
      out.append(isSuspect(line) ? new Line(line).repaired().orElse(line) : line);
      start = end;
    }
    return out.toString();
  }

  /** One line on trial. */
  private static final class Line {
    private final String line;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final StringBuilder out;
    private int sequences;
    private boolean strong;

    Line(String line) {
      this.line = line;
      out = new StringBuilder(line.length());
    }

    Optional<String> repaired() {
      int i = 0;
      while (i < line.length()) {
        if (line.charAt(i) < 0x80) {
          out.append(line.charAt(i++));
          continue;
        }
        int end = i;
        while (end < line.length() && line.charAt(end) >= 0x80) end++;
        if (!run(i, end)) return Optional.empty();
        i = end;
      }
      return strong || sequences >= WEAK_SEQUENCES_MIN
          ? Optional.of(out.toString())
          : Optional.empty();
    }

    private boolean run(int start, int end) {
      byte[] bytes = new byte[end - start];
      for (int i = start; i < end; i++) {
        int b = byteOf(line.charAt(i));
        if (b < 0) return false;
        bytes[i - start] = (byte) b;
      }
      try {
        CharBuffer decoded = decoder.decode(ByteBuffer.wrap(bytes));
        sequences += decoded.length();
        strong |= isStrong(bytes);
        out.append(decoded);
        return true;
      } catch (CharacterCodingException notUtf8) {
        return false;
      }
    }

    /**
     * Leads of Latin letters with signs (two bytes), of typography (three) or of emoji (four): the
     * characters that they look like are never followed by such signs.
     */
    private static boolean isStrong(byte[] bytes) {
      int lead = bytes[0] & 0xFF;
      return lead == 0xC2 || lead == 0xC3 || lead == 0xE2 || lead == 0xF0;
    }
  }
}
