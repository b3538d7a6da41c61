package dev.millrace.refinery.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;

/**
 * A text's words by Unicode word boundaries (UAX #29, ICU's iterator, which knows the unspaced
 * scripts by dictionary), without white space. A punctuation mark is a word of its own, a run of
 * the same mark is one, and so is what English contracts ({@code n't}, {@code 'll}), as in the word
 * tokenizers behind datatrove's rules.
 */
public final class WordBreaks {
  private static final BreakIterator PROTOTYPE = BreakIterator.getWordInstance(ULocale.ROOT);
  private static final int UNITS_PER_WORD = 5;

  private int[] starts;
  private int[] ends;
  private int count;

  /** Finds the words of a text. */
  public static WordBreaks of(String text) {
    return new WordBreaks(text);
  }

  private WordBreaks(String text) {
    starts = new int[text.length() / UNITS_PER_WORD + 16];
    ends = new int[starts.length];
    BreakIterator breaks = PROTOTYPE.clone();
    breaks.setText(text);
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      if (!Whitespace.is(text.charAt(start))) add(text, start, end);
      start = end;
    }
  }

  private void add(String text, int start, int end) {
    if (continuesMark(text, start, end)) {
      ends[count - 1] = end;
      return;
    }
    int contraction = contraction(text, start, end);
    if (contraction > start) add(start, contraction);
    add(contraction, end);
  }

  private void add(int start, int end) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    starts[count] = start;
    ends[count++] = end;
  }

  /** Where the contracted part of a word begins; its start where there is none. */
  private static int contraction(String text, int start, int end) {
    for (int length = 2; length <= 3 && end - length > start; length++) {
      char mark = text.charAt(end - length);
      if (mark != '\'' && mark != '’') continue;
      boolean negated = length == 2 && text.charAt(end - 1) == 't' && text.charAt(end - 3) == 'n';
      return negated ? end - 3 : end - length;
    }
    return start;
  }

  private boolean continuesMark(String text, int start, int end) {
    if (end - start != 1 || count == 0 || ends[count - 1] != start) return false;
    char mark = text.charAt(start);
    return text.charAt(start - 1) == mark && !Character.isLetterOrDigit(mark);
  }

  /** How many words there are. */
  public int count() {
    return count;
  }

  /** Index of a word's first UTF-16 unit. */
  public int start(int word) {
    return starts[word];
  }

  /** Index after a word's last UTF-16 unit. */
  public int end(int word) {
    return ends[word];
  }
}
