package dev.millrace.refinery.text;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;
import java.util.Set;

/** What a UTF-16 unit is to {@link WordBreaks}. */
final class WordKinds {
  /** Stands in a word together with its neighbours of the same kind. */
  static final byte LETTER = 1;

  /** Stands in a number likewise. */
  static final byte DIGIT = 2;

  /** Of a script without spaces between words. */
  static final byte UNSPACED = 4;

  static final byte SPACE = 8;
  static final byte OTHER = 16;

  /** From the general punctuation on there are letters that are symbols, as Ⓐ. */
  private static final char LETTERS_END = '\u2000';

  /** First halves of Han characters beyond the basic plane. */
  private static final char FIRST_HAN = '\ud840';

  private static final char LAST_HAN = '\ud8bf';

  private static final Set<Integer> UNSPACED_SCRIPTS =
      Set.of(UScript.HAN, UScript.HIRAGANA, UScript.KATAKANA);
  private static final byte[] KIND = new byte[1 << Character.SIZE];

  static {
    for (int c = 0; c < KIND.length; c++) KIND[c] = kind((char) c);
  }

  private WordKinds() {}

  static byte of(char unit) {
    return KIND[unit];
  }

  private static byte kind(char c) {
    if (Whitespace.is(c)) return SPACE;
    if (isUnspaced(c)) return UNSPACED;
    if (c < LETTERS_END && Character.isLetter(c)) return LETTER;
    return c >= '0' && c <= '9' ? DIGIT : OTHER;
  }

  private static boolean isUnspaced(char c) {
    return (c >= FIRST_HAN && c <= LAST_HAN)
        || UNSPACED_SCRIPTS.contains(UScript.getScript(c))
        || UCharacter.getIntPropertyValue(c, UProperty.LINE_BREAK)
            == UCharacter.LineBreak.COMPLEX_CONTEXT;
  }
}
