package dev.millrace.refinery.pii;

import java.util.List;
import java.util.Set;

/**
 * Mail addresses: around every @ a local part of at most 64 characters and a host name with a
 * top-level domain of letters, so each @ costs a bounded number of steps.
 */
final class Emails {
  private static final int LOCAL_MAX = 64;
  private static final int HOST_MAX = 253;
  private static final String LOCAL_MARKS = "._%+-'~";
  private static final Set<String> FOR_EXAMPLES =
      Set.of("example.com", "example.org", "example.net");

  private Emails() {}

  static void find(String text, List<Span> spans) {
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      int start = localStart(text, at);
      int end = hostEnd(text, at + 1);
      if (start < at && end > at + 1 && !isExample(text.substring(at + 1, end))) {
        spans.add(new Span(Kind.EMAIL, start, end));
      }
    }
  }

  /** Where the local part begins; {@code at} where there is none. */
  private static int localStart(String text, int at) {
    int start = at;
    while (start > 0 && isLocal(text.charAt(start - 1))) {
      if (--start < at - LOCAL_MAX) return at;
    }
    while (start < at && LOCAL_MARKS.indexOf(text.charAt(start)) >= 0) start++;
    return start;
  }

  private static boolean isLocal(char c) {
    return Character.isLetterOrDigit(c) || LOCAL_MARKS.indexOf(c) >= 0;
  }

  /** The end of the longest host name from here; {@code from} where there is none. */
  private static int hostEnd(String text, int from) {
    int end = from;
    int labelStart = from;
    boolean afterDot = false;
    int i = from;
    while (i < text.length() && i - from < HOST_MAX && isHost(text.charAt(i))) {
      if (text.charAt(i) == '.') {
        if (!isLabel(text, labelStart, i)) return end;
        if (afterDot && isTopLevel(text, labelStart, i)) end = i;
        afterDot = true;
        labelStart = i + 1;
      }
      i++;
    }
    int last = i;
    while (last > labelStart && text.charAt(last - 1) == '-') last--;
    return afterDot && isLabel(text, labelStart, last) && isTopLevel(text, labelStart, last)
        ? last
        : end;
  }

  private static boolean isHost(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '.';
  }

  private static boolean isLabel(String text, int start, int end) {
    return end > start && text.charAt(start) != '-' && text.charAt(end - 1) != '-';
  }

  private static boolean isTopLevel(String text, int start, int end) {
    if (end - start < 2) return false;
    if (text.startsWith("xn--", start)) return true;
    for (int i = start; i < end; i++) {
      if (!Character.isLetter(text.charAt(i))) return false;
    }
    return true;
  }

  private static boolean isExample(String host) {
    return FOR_EXAMPLES.contains(host);
  }
}
