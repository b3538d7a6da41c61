package dev.millrace.refinery.pii;

import java.util.List;

/**
 * Private keys in PEM (RFC 7468) and in OpenPGP's armour (RFC 9580): from {@code -----BEGIN} to the
 * end of {@code -----END}, if base64 stands between them; whatever else does, so that a key in a
 * program's string or a comment is found too. Of a block that was cut off, what is base64.
 */
final class PrivateKeys {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";
  private static final String LABEL = "PRIVATE KEY";
  private static final int LABEL_MAX = 40;
  private static final int RUN_MIN = 32; // No line of a key but its last is shorter; words are.

  private PrivateKeys() {}

  static void find(String text, List<Span> spans) {
    int start = text.indexOf(BEGIN);
    while (start >= 0) {
      int next = text.indexOf(BEGIN, start + BEGIN.length());
      int limit = next < 0 ? text.length() : next;
      int body = lineEnd(text, start + BEGIN.length(), limit);
      int end = body < 0 ? -1 : end(text, body, limit);
      if (end >= 0) spans.add(new Span(Kind.PRIVATE_KEY, start, end));
      start = next;
    }
  }

  /** Behind the dashes of a line about a private key whose label begins here, or -1. */
  private static int lineEnd(String text, int label, int limit) {
    int dashes = indexOf(text, DASHES, label, Math.min(limit, label + LABEL_MAX));
    if (dashes < 0 || indexOf(text, LABEL, label, dashes) < 0) return -1;
    return dashes + DASHES.length();
  }

  /** The end of the block whose body begins here, or -1 where no key stands in it. */
  private static int end(String text, int body, int limit) {
    int footer = indexOf(text, END, body, limit);
    int end = footer < 0 ? -1 : lineEnd(text, footer + END.length(), limit);
    if (end < 0) return cutOff(text, body, limit);
    return longRun(text, body, footer) < 0 ? -1 : end;
  }

  /** The end of the base64 lines that follow each other from here, or -1 where there is none. */
  private static int cutOff(String text, int body, int limit) {
    int end = -1;
    int i = body;
    while (i < limit) {
      int start = i;
      while (start < limit && Character.isWhitespace(text.charAt(start))) start++;
      i = runEnd(text, start, limit);
      if (i - start < RUN_MIN) return end;
      end = i;
    }
    return end;
  }

  /** Where base64 as long as a key's line begins, or -1. */
  private static int longRun(String text, int from, int to) {
    int start = from;
    while (start < to) {
      int end = runEnd(text, start, to);
      if (end - start >= RUN_MIN) return start;
      start = end + 1;
    }
    return -1;
  }

  private static int runEnd(String text, int start, int limit) {
    int end = start;
    while (end < limit && isBase64(text.charAt(end))) end++;
    return end;
  }

  private static boolean isBase64(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/'
        || c == '=';
  }

  /** Wholly before the limit. */
  private static int indexOf(String text, String wanted, int from, int limit) {
    for (int i = from; i + wanted.length() <= limit; i++) {
      if (text.startsWith(wanted, i)) return i;
    }
    return -1;
  }
}
