package dev.millrace.refinery.code;

import dev.millrace.refinery.text.Lines;
import dev.millrace.refinery.text.Whitespace;
import java.util.List;
import java.util.Locale;

/**
 * Comments at the beginning of a file that speak of copyright or a licence. What an interpreter
 * needs to stand first, such as {@code #!/bin/sh} and {@code <?php}, stays.
 */
final class LicenceHeader {
  private record Block(String opening, String closing) {}

  private static final List<Block> BLOCKS =
      List.of(
          new Block("/*", "*/"),
          new Block("<!--", "-->"),
          new Block("--[[", "]]"),
          new Block("(*", "*)"),
          new Block("{-", "-}"));
  private static final List<String> LINE_MARKERS = List.of("//", "--", "#", ";", "%");
  private static final List<String> FIRST = List.of("#!", "<?", "# -*-", "# coding", "# encoding");
  private static final List<String> LICENCE_WORDS =
      List.of(
          "copyright",
          "all rights reserved",
          "spdx-license-identifier",
          "licensed under",
          "permission is hereby granted",
          "public license",
          "public domain");

  private LicenceHeader() {}

  /** The text without them and without the blank lines behind them. */
  static String removed(String text) {
    int start = afterFirstLines(text);
    int end = start;
    for (int comment = commentEnd(text, start); comment > end; comment = commentEnd(text, end)) {
      if (!isLicence(text.substring(end, comment))) break;
      end = blankLines(text, comment);
    }
    return end == start ? text : text.substring(0, start) + text.substring(end);
  }

  private static int afterFirstLines(String text) {
    int start = 0;
    while (start < text.length() && standsFirst(text, start)) start = nextLine(text, start);
    return start;
  }

  private static boolean standsFirst(String text, int start) {
    return FIRST.stream().anyMatch(prefix -> text.startsWith(prefix, start));
  }

  /** The end of the block or the run of line comments that comes next; else the start. */
  private static int commentEnd(String text, int start) {
    int first = Whitespace.skip(text, start, text.length());
    for (Block block : BLOCKS) {
      if (!text.startsWith(block.opening(), first)) continue;
      int closing = text.indexOf(block.closing(), first + block.opening().length());
      if (closing < 0) return start;
      int end = closing + block.closing().length();
      // Code behind a comment on its last line would lose its place.
      return Whitespace.skip(text, end, Lines.end(text, end)) == Lines.end(text, end)
          ? nextLine(text, end)
          : start;
    }
    for (String marker : LINE_MARKERS) {
      if (isCommentLine(text, first, marker)) return runEnd(text, first, marker);
    }
    return start;
  }

  private static int runEnd(String text, int first, String marker) {
    int end = first;
    while (end < text.length()
        && isCommentLine(text, Whitespace.skip(text, end, Lines.end(text, end)), marker)) {
      end = nextLine(text, end);
    }
    return end;
  }

  /** No directive, as {@code #include}, {@code #Region} and {@code //go:build} are. */
  private static boolean isCommentLine(String text, int at, String marker) {
    if (!text.startsWith(marker, at)) return false;
    int after = at + marker.length();
    if (after == text.length()) return true;
    char next = text.charAt(after);
    return marker.equals("#") ? !Character.isLetterOrDigit(next) : !Character.isLowerCase(next);
  }

  private static int nextLine(String text, int from) {
    return Math.min(text.length(), Lines.next(text, Lines.end(text, from)));
  }

  private static int blankLines(String text, int from) {
    int start = from;
    while (start < text.length()) {
      int end = Lines.end(text, start);
      if (Whitespace.skip(text, start, end) < end) return start;
      start = Math.min(text.length(), Lines.next(text, end));
    }
    return start;
  }

  private static boolean isLicence(String comment) {
    String lower = comment.toLowerCase(Locale.ROOT);
    return LICENCE_WORDS.stream().anyMatch(lower::contains);
  }
}
