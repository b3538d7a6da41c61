package dev.millrace.refinery.pii;

import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Mail addresses: around every @ a local part of at most 64 characters and a host name with a
 * top-level domain of letters, so each @ costs a bounded number of steps. Names of files such as
 * {@code icon@2x.png} have the same form, and everybody is {@code git@} to a host of repositories.
 */
final class Emails {
  private static final int LOCAL_MAX = 64;
  private static final int HOST_MAX = 253;
  private static final char FIRST_WITHOUT_SPACES = '\u0E00'; // Thai.
  private static final char LONG_VOWEL = '\u30FC';
  private static final char HALF_LONG_VOWEL = '\uFF70';
  private static final String LOCAL_MARKS = "._%+-'~";
  private static final String REPOSITORIES = "git";

  /** Ends of names of files that are no top-level domains (IANA's root zone). */
  private static final Set<String> OF_FILES =
      Set.of(
          "avif", "bmp", "css", "gif", "html", "ico", "jar", "jpeg", "jpg", "js", "json", "pdf",
          "png", "svg", "tgz", "webp", "xml");

  private Emails() {}

  static void find(String text, List<Span> spans) {
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      int start = localStart(text, at);
      int end = hostEnd(text, at + 1);
      if (start < at && end > at + 1 && isAddress(text, start, at, end)) {
        spans.add(new Span(Kind.EMAIL, start, end));
      }
    }
  }

  /**
   * Where the local part begins; {@code at} where there is none. Before more than the longest that
   * is allowed nobody can say where it does: its end is then taken for all of it.
   */
  private static int localStart(String text, int at) {
    int start = at;
    while (start > 0 && at - start < LOCAL_MAX && isLocal(text.charAt(start - 1))) {
      if (start < at && isScriptChange(text.charAt(start - 1), text.charAt(start))) break;
      start--;
    }
    while (start < at && LOCAL_MARKS.indexOf(text.charAt(start)) >= 0) start++;
    return start;
  }

  /** Whether a word may end between the two without a space: in Chinese before and after Latin. */
  private static boolean isScriptChange(char a, char b) {
    return Character.isLetterOrDigit(a)
        && Character.isLetterOrDigit(b)
        && isWrittenWithoutSpaces(a) != isWrittenWithoutSpaces(b);
  }

  private static boolean isWrittenWithoutSpaces(char c) {
    if (c < FIRST_WITHOUT_SPACES) return false;
    return switch (UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, BOPOMOFO, YI, THAI, LAO, KHMER, MYANMAR, TIBETAN -> true;
      default -> c == LONG_VOWEL || c == HALF_LONG_VOWEL; // Common to two scripts.
    };
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
        if (afterDot) end = Math.max(end, topLevelEnd(text, labelStart, i));
        afterDot = true;
        labelStart = i + 1;
      }
      i++;
    }
    int last = i;
    while (last > labelStart && text.charAt(last - 1) == '-') last--;
    return afterDot && isLabel(text, labelStart, last)
        ? Math.max(end, topLevelEnd(text, labelStart, last))
        : end;
  }

  private static boolean isHost(char c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '.';
  }

  private static boolean isLabel(String text, int start, int end) {
    return end > start && text.charAt(start) != '-' && text.charAt(end - 1) != '-';
  }

  /** The end of the domain that a label is, or begins with; 0 where there is none. */
  private static int topLevelEnd(String text, int start, int labelEnd) {
    if (text.startsWith("xn--", start)) return labelEnd;
    int end = start;
    while (end < labelEnd && Character.isLetter(text.charAt(end))) {
      if (end > start && isScriptChange(text.charAt(end - 1), text.charAt(end))) break;
      end++;
    }
    boolean whole = end == labelEnd || isScriptChange(text.charAt(end - 1), text.charAt(end));
    return whole && end - start >= 2 ? end : 0;
  }

  private static boolean isAddress(String text, int start, int at, int end) {
    String last = text.substring(text.lastIndexOf('.', end - 1) + 1, end);
    return !OF_FILES.contains(last.toLowerCase(Locale.ROOT))
        && !text.substring(start, at).equals(REPOSITORIES)
        && !text.substring(start, end).equals(Kind.EMAIL.replacement());
  }
}
