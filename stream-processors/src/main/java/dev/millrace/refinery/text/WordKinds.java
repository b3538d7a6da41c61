package dev.millrace.refinery.text;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;
import java.util.Set;

/**
 * What a UTF-16 unit is to the word boundaries of UAX #29, from ICU's own tables. {@link #HARD} are
 * those whose boundaries take more than their neighbours: scripts with dictionaries, combining
 * marks, format characters, flags, and all beyond the basic plane.
 */
final class WordKinds {
  static final byte LETTER = 0;
  static final byte DIGIT = 1;

  /** As the underscore. */
  static final byte JOINER = 2;

  /** Joins letters. */
  static final byte MID_LETTER = 3;

  /** Joins digits. */
  static final byte MID_NUMBER = 4;

  /** Joins letters or digits. */
  static final byte MID_BOTH = 5;

  /** A segment by itself. */
  static final byte MARK = 6;

  /** White space. */
  static final byte SPACE = 7;

  static final byte HARD = 8;

  private static final Set<Integer> DICTIONARIES =
      Set.of(UScript.HAN, UScript.HIRAGANA, UScript.KATAKANA, UScript.HANGUL);
  private static final byte[] KIND = new byte[1 << Character.SIZE];

  static {
    for (int c = 0; c < KIND.length; c++) KIND[c] = kind((char) c);
  }

  private WordKinds() {}

  static byte of(char unit) {
    return KIND[unit];
  }

  private static byte kind(char c) {
    if (Character.isSurrogate(c)
        || DICTIONARIES.contains(UScript.getScript(c))
        || UCharacter.getIntPropertyValue(c, UProperty.LINE_BREAK)
            == UCharacter.LineBreak.COMPLEX_CONTEXT) {
      return HARD;
    }
    byte kind = byProperty(UCharacter.getIntPropertyValue(c, UProperty.WORD_BREAK));
    if (!Whitespace.is(c)) return kind;
    return kind == MARK ? SPACE : HARD;
  }

  private static byte byProperty(int property) {
    return switch (property) {
      case UCharacter.WordBreak.ALETTER -> LETTER;
      case UCharacter.WordBreak.NUMERIC -> DIGIT;
      case UCharacter.WordBreak.EXTENDNUMLET -> JOINER;
      case UCharacter.WordBreak.MIDLETTER -> MID_LETTER;
      case UCharacter.WordBreak.MIDNUM -> MID_NUMBER;
      case UCharacter.WordBreak.MIDNUMLET, UCharacter.WordBreak.SINGLE_QUOTE -> MID_BOTH;
      case UCharacter.WordBreak.OTHER,
          UCharacter.WordBreak.DOUBLE_QUOTE,
          UCharacter.WordBreak.CR,
          UCharacter.WordBreak.LF,
          UCharacter.WordBreak.NEWLINE,
          UCharacter.WordBreak.WSEGSPACE ->
          MARK;
      default -> HARD;
    };
  }
}
