package dev.millrace.refinery.quality;

import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.WordBreaks;
import java.util.List;

/**
 * What one pass over a text's words counts.
 *
 * @param all words, symbols included
 * @param nonSymbol words with a character that is not punctuation
 * @param codePoints length of the non-symbol words together
 * @param alphabetic words with a letter
 * @param distinctStopWords different stop words among the words
 */
record WordCounts(int all, int nonSymbol, long codePoints, int alphabetic, int distinctStopWords) {

  static WordCounts of(RefinedText refined, List<String> stopWordList) {
    String text = refined.text();
    WordBreaks words = refined.words();
    int nonSymbol = 0;
    int alphabetic = 0;
    long codePoints = 0;
    StopWords stopWords = new StopWords(stopWordList);
    boolean single = refined.codePoints() == text.length();
    for (int w = 0; w < words.count(); w++) {
      int start = words.start(w);
      int end = words.end(w);
      if (hasLetter(text, start, end)) {
        alphabetic++;
        stopWords.see(text, start, end);
      } else if (isSymbol(text, start, end)) {
        continue;
      }
      nonSymbol++;
      codePoints += single ? end - start : text.codePointCount(start, end);
    }
    return new WordCounts(words.count(), nonSymbol, codePoints, alphabetic, stopWords.found());
  }

  private static boolean hasLetter(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c < 0x80 ? (c | 0x20) >= 'a' && (c | 0x20) <= 'z' : Character.isLetter(c)) return true;
      if (Character.isHighSurrogate(c) && Character.isLetter(text.codePointAt(i))) return true;
    }
    return false;
  }

  /** Of a word without letters: punctuation and nothing else. */
  private static boolean isSymbol(String text, int start, int end) {
    int codePoint;
    for (int i = start; i < end; i += Character.charCount(codePoint)) {
      codePoint = text.codePointAt(i);
      if (!Punctuation.is(codePoint)) return false;
    }
    return true;
  }

  double meanLength() {
    return nonSymbol == 0 ? 0 : (double) codePoints / nonSymbol;
  }

  double alphabeticFraction() {
    return perWord(alphabetic);
  }

  double perWord(int occurrences) {
    return all == 0 ? 0 : (double) occurrences / all;
  }
}
