package dev.millrace.refinery.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text's words as the filters of datatrove count them, which take spaCy's English tokenizer:
 * white space separates, punctuation marks at the ends of a word are words of their own, and so is
 * what English contracts ({@code n't}, {@code 'll}). What has letters of a script without spaces
 * (Han, kana, Thai, Lao, Khmer, Myanmar) is taken apart by Unicode word boundaries (UAX #29) and
 * ICU's dictionaries instead.
 */
public final class WordBreaks {
  private static final BreakIterator PROTOTYPE = BreakIterator.getWordInstance(ULocale.ROOT);
  private static final int UNITS_PER_WORD = 5;

  /** What goes from the end of a word of letters whatever that is. */
  private static final String MARKS = ",;:!?)\"";

  private final String text;
  private final EnglishTokens tokens;
  private int[] starts;
  private int[] ends;
  private int count;

  /** Finds the words of a text. */
  public static WordBreaks of(String text) {
    WordBreaks words = new WordBreaks(text);
    words.read();
    return words;
  }

  private WordBreaks(String text) {
    this.text = text;
    tokens = new EnglishTokens(text);
    starts = new int[text.length() / UNITS_PER_WORD + 16];
    ends = new int[starts.length];
  }

  private void read() {
    int end = 0;
    while (end < text.length()) {
      int start = end;
      int kinds = 0;
      int letters = 0;
      for (; end < text.length(); end++) {
        byte kind = WordKinds.of(text.charAt(end));
        if (kind == WordKinds.SPACE) break;
        kinds |= kind;
        letters += kind & WordKinds.LETTER;
      }
      if (start < end) readStretch(start, end, kinds, letters);
      else end++;
    }
  }

  private void readStretch(int start, int end, int kinds, int letters) {
    if ((kinds & WordKinds.UNSPACED) != 0) {
      readUnspaced(start, end);
    } else if (kinds == WordKinds.DIGIT) {
      add(start, end);
    } else if (kinds == WordKinds.LETTER) {
      addWord(start, end);
    } else if (letters > 0 && letters == end - start - 1 && endsInMark(start, end)) {
      addWord(start, end - 1);
      add(end - 1, end);
    } else {
      readTokens(start, end);
    }
  }

  /** Most words need no more than this look at what stands behind their letters. */
  private boolean endsInMark(int start, int end) {
    char mark = text.charAt(end - 1);
    if (mark != '.') return MARKS.indexOf(mark) >= 0;
    char before = text.charAt(end - 2);
    return before >= 'a'
        && before <= 'z'
        && EnglishWords.parts(text, start, end) == null
        && EnglishWords.parts(text, start, end - 1) == null;
  }

  private void readTokens(int start, int end) {
    tokens.read(start, end);
    int at = start;
    for (int t = 0; t < tokens.count(); t++) {
      add(at, tokens.end(t));
      at = tokens.end(t);
    }
  }

  private void readUnspaced(int from, int to) {
    BreakIterator breaks = PROTOTYPE.clone();
    breaks.setText(text.substring(from, to));
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      add(from + start, from + end);
      start = end;
    }
  }

  private void addWord(int start, int end) {
    int @Nullable [] parts = EnglishWords.parts(text, start, end);
    if (parts == null) {
      add(start, end);
      return;
    }
    int at = start;
    for (int part : parts) add(at, at += part);
  }

  private void add(int start, int end) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    starts[count] = start;
    ends[count++] = end;
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
