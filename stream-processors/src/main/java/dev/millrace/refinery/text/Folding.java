package dev.millrace.refinery.text;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Set;

/** What a UTF-16 unit becomes when a text is folded for comparison: one table look-up a unit. */
final class Folding {
  /** Ends a word: white space, punctuation, symbols, controls. */
  static final byte SEPARATOR = 0;

  /** Leaves no trace: combining marks and format characters. */
  static final byte NOTHING = 1;

  /** A decimal digit of any script. */
  static final byte DIGIT = 2;

  /** Part of a word. */
  static final byte LETTER = 3;

  /** A word by itself, in scripts that put no spaces between words. */
  static final byte LONE = 4;

  /** Half of a character beyond the basic plane: ask {@link #kind(int)} of the whole one. */
  static final byte SURROGATE = 5;

  private static final Set<UnicodeScript> UNSPACED =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  /** What no folded text has: nothing, a word by itself or half a character. */
  static final char UNUSUAL = 0;

  private static final int UNITS = 1 << Character.SIZE;
  private static final byte[] KIND = new byte[UNITS];
  private static final char[] FOLDED = new char[UNITS];
  private static final char[] USUAL = new char[UNITS];

  static {
    for (int c = 0; c < UNITS; c++) {
      KIND[c] = Character.isSurrogate((char) c) ? SURROGATE : kind(c);
      FOLDED[c] = KIND[c] >= LETTER ? base((char) c) : '0';
      USUAL[c] = usual(KIND[c], FOLDED[c]);
    }
  }

  private Folding() {}

  private static char usual(byte kind, char folded) {
    return switch (kind) {
      case SEPARATOR -> ' ';
      case DIGIT, LETTER -> folded;
      default -> UNUSUAL;
    };
  }

  /** What becomes of the unit where that is one character: a space, a zero, a letter. */
  static char usual(char unit) {
    return USUAL[unit];
  }

  static byte kind(char unit) {
    return KIND[unit];
  }

  /** Lower case without diacritics; 0 for any digit. */
  static char folded(char unit) {
    return FOLDED[unit];
  }

  static byte kind(int codePoint) {
    if (Character.isLetter(codePoint)) {
      return UNSPACED.contains(UnicodeScript.of(codePoint)) ? LONE : LETTER;
    }
    return switch (Character.getType(codePoint)) {
      case Character.DECIMAL_DIGIT_NUMBER -> DIGIT;
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> NOTHING;
      case Character.COMBINING_SPACING_MARK, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          LETTER;
      default -> SEPARATOR;
    };
  }

  private static char base(char letter) {
    boolean composed = letter >= 'À' && Character.UnicodeScript.of(letter) != UnicodeScript.HANGUL;
    char base =
        composed
            ? Normalizer.normalize(String.valueOf(letter), Normalizer.Form.NFD).charAt(0)
            : letter;
    return Character.toLowerCase(base);
  }
}
