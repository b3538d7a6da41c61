package dev.millrace.refinery.quality;

import dev.millrace.refinery.text.Lines;
import dev.millrace.refinery.text.Sentences;
import dev.millrace.refinery.text.Whitespace;
import java.util.List;
import java.util.Locale;

/**
 * What C4's line rules leave of a text, up to the first line that drops the document.
 *
 * @param text the lines that are left
 * @param loremIpsum 1 where such a line drops the document, else 0
 * @param curlyBrackets 1 where such a line drops the document, else 0
 * @param sentences of the lines that are left
 */
record CleanLines(String text, int loremIpsum, int curlyBrackets, int sentences) {
  private static final String TERMINAL = ".?!\"'";
  private static final String ELLIPSIS = "...";
  private static final String[] CITATIONS = {"[edit]", "[citation needed]"};

  static CleanLines of(String text, C4 rules) {
    StringBuilder kept = new StringBuilder(text.length());
    int sentences = 0;
    for (int start = 0, end; start < text.length(); start = Lines.next(text, end)) {
      end = Lines.end(text, start);
      int first = Whitespace.skip(text, start, end);
      String line = text.substring(first, Whitespace.trimEnd(text, first, end));
      int words = words(line, rules.wordsPerLineMin(), rules.wordLengthMax());
      if (words < 0) continue;
      if (rules.citations()) line = withoutCitations(line);
      if (rules.terminalPunctuation() && !isTerminated(line)) continue;
      if (words < rules.wordsPerLineMin()) continue;
      String lower = lowerCase(line);
      if (rules.loremIpsum() && lower.contains("lorem ipsum")) {
        return new CleanLines("", 1, 0, sentences);
      }
      if (rules.javascript() && lower.contains("javascript")) continue;
      if (rules.curlyBracket() && line.indexOf('{') >= 0) {
        return new CleanLines("", 0, 1, sentences);
      }
      if (containsAny(lower, rules.policyPhrases())) continue;
      sentences += Sentences.count(line);
      kept.append(line).append('\n');
    }
    return new CleanLines(Whitespace.strip(kept.toString()), 0, 0, sentences);
  }

  private static boolean containsAny(String line, List<String> phrases) {
    for (String phrase : phrases) {
      if (line.contains(phrase)) return true;
    }
    return false;
  }

  /** Words between white space, or as many as asked; -1 where one has too many code points. */
  private static int words(String line, int enough, int lengthMax) {
    int words = 0;
    int start = 0;
    while (start < line.length()) {
      if (words >= enough && line.length() - start <= lengthMax) return words;
      int end = start;
      while (end < line.length() && !Whitespace.is(line.charAt(end))) end++;
      if (end - start > lengthMax && line.codePointCount(start, end) > lengthMax) return -1;
      words++;
      start = Whitespace.skip(line, end, line.length());
    }
    return words;
  }

  private static String withoutCitations(String line) {
    int bracket = line.indexOf('[');
    if (bracket < 0) return line;
    StringBuilder without = new StringBuilder(line.length());
    int from = 0;
    while (bracket >= 0) {
      int end = citationEnd(line, bracket);
      if (end > bracket) {
        without.append(line, from, bracket);
        from = end;
      }
      bracket = line.indexOf('[', Math.max(end, bracket + 1));
    }
    return without.append(line, from, line.length()).toString();
  }

  /** The end of the citation that begins at a bracket; the bracket's place where none does. */
  private static int citationEnd(String line, int bracket) {
    for (String citation : CITATIONS) {
      if (line.startsWith(citation, bracket)) return bracket + citation.length();
    }
    int i = bracket + 1;
    while (i < line.length() && Character.isDigit(line.charAt(i))) i++;
    return i < line.length() && line.charAt(i) == ']' ? i + 1 : bracket;
  }

  private static boolean isTerminated(String line) {
    return !line.isEmpty()
        && TERMINAL.indexOf(line.charAt(line.length() - 1)) >= 0
        && !line.endsWith(ELLIPSIS);
  }

  static String lowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
