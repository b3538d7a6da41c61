package dev.millrace.refinery.extraction;

import java.util.Locale;

/**
 * A piece of a page that stands by itself.
 *
 * @param level of a heading, 1 to 6; else 0
 * @param text white space collapsed, but for preformatted text
 * @param linkCharacters how much of the text is in links
 */
record Block(Kind kind, int level, String text, int linkCharacters) {
  private static final int SENTENCE_LENGTH_MIN = 25;
  private static final int COPYRIGHT_LENGTH_MAX = 200;
  private static final int COPYRIGHT_START = 16;
  private static final String FULL_STOPS = ".!?。！？";
  private static final String SENTENCE_ENDS = ".!?:;…。！？\"'”’»)";

  enum Kind {
    PARAGRAPH,
    HEADING,
    ITEM,
    ROW,
    CODE
  }

  boolean isHeading() {
    return kind == Kind.HEADING;
  }

  /** Part of the text that is in links. */
  double linkDensity() {
    return (double) linkCharacters / text.length();
  }

  /** Whether it is a scrap of an interface: a paragraph of a word or three that is no sentence. */
  boolean isScrap() {
    return kind == Kind.PARAGRAPH
        && text.length() < SENTENCE_LENGTH_MIN
        && SENTENCE_ENDS.indexOf(text.charAt(text.length() - 1)) < 0;
  }

  /** Whether it ends like a sentence and is longer than a label. */
  boolean isSentence() {
    return text.length() >= SENTENCE_LENGTH_MIN
        && FULL_STOPS.indexOf(text.charAt(text.length() - 1)) >= 0;
  }

  /** Whether it says whose the page is. */
  boolean isCopyright() {
    if (text.length() > COPYRIGHT_LENGTH_MAX) return false;
    String start = text.substring(0, Math.min(text.length(), COPYRIGHT_START));
    return start.contains("©") || start.toLowerCase(Locale.ROOT).startsWith("copyright (c)");
  }

  /** Whether it goes on the line after the other: items of a list, rows of a table. */
  boolean continues(Block before) {
    return kind == before.kind && (kind == Kind.ITEM || kind == Kind.ROW);
  }

  /** As it stands in the text. */
  String line() {
    return kind == Kind.ITEM ? "- " + text : text;
  }
}
