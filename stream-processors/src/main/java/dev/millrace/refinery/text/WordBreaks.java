package dev.millrace.refinery.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.Arrays;

/**
 * A text's words by Unicode word boundaries (UAX #29, as ICU's iterator has them, which knows the
 * unspaced scripts by dictionary), without white space. A punctuation mark is a word of its own, a
 * run of the same mark is one, and so is what English contracts ({@code n't}, {@code 'll}), as in
 * the word tokenizers behind datatrove's rules.
 *
 * <p>Most text needs no more than its characters' neighbours. From one white space to another ICU
 * itself reads what needs more; the boundaries at both depend on nothing beyond them.
 */
public final class WordBreaks {
  private static final BreakIterator PROTOTYPE = BreakIterator.getWordInstance(ULocale.ROOT);
  private static final int UNITS_PER_WORD = 5;

  /** So long a stretch without hard characters makes it worth leaving ICU. */
  private static final int EASY_MIN = 32;

  private final String text;
  private int[] starts;
  private int[] ends;
  private int count;

  /** Finds the words of a text. */
  public static WordBreaks of(String text) {
    WordBreaks words = new WordBreaks(text);
    words.read();
    return words;
  }

  /** By ICU alone: what {@link #of} has to equal. */
  static WordBreaks byIcu(String text) {
    WordBreaks words = new WordBreaks(text);
    words.readHard(0, text.length());
    return words;
  }

  private WordBreaks(String text) {
    this.text = text;
    starts = new int[text.length() / UNITS_PER_WORD + 16];
    ends = new int[starts.length];
  }

  private void read() {
    // Where the last white space began, and how many words there were.
    int space = 0;
    int countThere = 0;
    int i = 0;
    while (i < text.length()) {
      byte kind = WordKinds.of(text.charAt(i));
      if (kind <= WordKinds.JOINER) {
        i = readWord(i, kind);
      } else if (kind < WordKinds.SPACE) {
        addMark(i++);
      } else if (kind == WordKinds.SPACE) {
        space = i++;
        countThere = count;
        while (i < text.length() && WordKinds.of(text.charAt(i)) == WordKinds.SPACE) i++;
      } else {
        count = countThere;
        int end = hardEnd(i);
        readHard(space, end);
        i = end;
      }
    }
  }

  /** The rules WB5 to WB13 without Hebrew and kana. Where the word ends. */
  private int readWord(int start, byte first) {
    byte last = first;
    boolean joined = false;
    int end = start + 1;
    for (; end < text.length(); end++) {
      byte kind = WordKinds.of(text.charAt(end));
      if (kind > WordKinds.JOINER) {
        if (!joins(last, kind, end + 1)) break;
        joined = true;
        end++;
        continue;
      }
      last = kind;
    }
    if (joined) addContracted(start, end);
    else add(start, end);
    return end;
  }

  /** Whether a mark of this kind stands between two letters or two digits. */
  private boolean joins(byte before, byte kind, int after) {
    if (after == text.length() || WordKinds.of(text.charAt(after)) != before) return false;
    return kind == WordKinds.MID_BOTH
        ? before != WordKinds.JOINER
        : kind == WordKinds.MID_LETTER
            ? before == WordKinds.LETTER
            : kind == WordKinds.MID_NUMBER && before == WordKinds.DIGIT;
  }

  /** The first white space behind a hard character from which on reading is easy again. */
  private int hardEnd(int hard) {
    int easyFrom = hard + 1;
    for (int i = hard + 1; i < text.length(); i++) {
      byte kind = WordKinds.of(text.charAt(i));
      if (kind == WordKinds.HARD) easyFrom = i + 1;
      if (kind != WordKinds.SPACE || i - easyFrom < EASY_MIN) continue;
      if (i + 1 < text.length() && WordKinds.of(text.charAt(i + 1)) != WordKinds.HARD) return i;
    }
    return text.length();
  }

  private void readHard(int from, int to) {
    BreakIterator breaks = PROTOTYPE.clone();
    breaks.setText(text.substring(from, to));
    int start = from + breaks.first();
    for (int next = breaks.next(); next != BreakIterator.DONE; next = breaks.next()) {
      int end = from + next;
      if (!Whitespace.is(text.charAt(start))) {
        if (end - start == 1) addMark(start);
        else addContracted(start, end);
      }
      start = end;
    }
  }

  /** One unit by itself: part of the word before where that is a run of the same mark. */
  private void addMark(int at) {
    char mark = text.charAt(at);
    boolean continues =
        count > 0
            && ends[count - 1] == at
            && text.charAt(at - 1) == mark
            && !Character.isLetterOrDigit(mark);
    if (continues) ends[count - 1] = at + 1;
    else add(at, at + 1);
  }

  private void addContracted(int start, int end) {
    int contraction = contraction(start, end);
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
  private int contraction(int start, int end) {
    for (int length = 2; length <= 3 && end - length > start; length++) {
      char mark = text.charAt(end - length);
      if (mark != '\'' && mark != '’') continue;
      boolean negated = length == 2 && text.charAt(end - 1) == 't' && text.charAt(end - 3) == 'n';
      return negated ? end - 3 : end - length;
    }
    return start;
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
