package dev.millrace.refinery.quality;

import dev.millrace.refinery.text.Whitespace;

/**
 * What one pass over the lines that are not blank counts; line feeds alone end lines.
 *
 * @param lines lines that are not blank
 * @param punctuated lines that end in a sentence mark
 * @param shorts lines that are short
 * @param duplicateCodePoints length of the lines that are equal to an earlier one
 * @param feeds line feeds, those of blank lines included
 */
record LineEnds(int lines, int punctuated, int shorts, long duplicateCodePoints, int feeds) {

  static LineEnds of(String text, int shortMax) {
    HashTable seen = new HashTable(64);
    int lines = 0;
    int punctuated = 0;
    int shorts = 0;
    long duplicateCodePoints = 0;
    int feeds = -1;
    for (int start = 0, end; start <= text.length(); start = end + 1) {
      end = text.indexOf('\n', start);
      if (end < 0) end = text.length();
      feeds++;
      if (Whitespace.skip(text, start, end) == end) continue;
      lines++;
      if (SentenceMarks.is(text.codePointBefore(end))) punctuated++;
      int codePoints = text.codePointCount(start, end);
      if (codePoints <= shortMax) shorts++;
      if (seen.count(seen.add(Segments.hash(text, start, end), lines)) > 1)
        duplicateCodePoints += codePoints;
    }
    return new LineEnds(lines, punctuated, shorts, duplicateCodePoints, feeds);
  }

  double punctuatedFraction() {
    return perLine(punctuated);
  }

  double shortFraction() {
    return perLine(shorts);
  }

  private double perLine(int occurrences) {
    return lines == 0 ? 0 : (double) occurrences / lines;
  }

  double duplicateFraction(int codePoints) {
    return duplicateCodePoints == 0 ? 0 : (double) duplicateCodePoints / (codePoints - feeds);
  }

  double feedsPerWord(int words) {
    return words == 0 ? 0 : (double) feeds / words;
  }
}
