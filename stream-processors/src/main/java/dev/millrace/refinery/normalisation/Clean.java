package dev.millrace.refinery.normalisation;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import java.util.Optional;

/**
 * Texts that are normal but for no-break spaces and blanks at their end: those that are made of
 * what no rule of {@link Normalisation} changes. Most texts are, and one look at each character is
 * all that they cost.
 */
final class Clean {
  private static final int FEEDS_MAX = 2;
  private static final char NO_BREAK_SPACE = '\u00A0';

  /** Visible, composed with nothing before it, and no lead byte of misread UTF-8. */
  private static final boolean[] HARMLESS = new boolean[1 << Character.SIZE];

  static {
    for (int c = 0; c < HARMLESS.length; c++) HARMLESS[c] = isHarmless((char) c);
  }

  private Clean() {}

  private static boolean isHarmless(char c) {
    return c > ' '
        && !Character.isSurrogate(c)
        && !Character.isSpaceChar(c)
        && !Cleaning.isInvisible(c)
        && UCharacter.getCombiningClass(c) == 0
        && UCharacter.getIntPropertyValue(c, UProperty.NFC_QUICK_CHECK) == 1;
  }

  /** The normal text where that is easily said, empty where it takes a closer look. */
  static Optional<String> of(String text) {
    return mayBeMisread(text) ? Optional.empty() : ofPlain(text.replace(NO_BREAK_SPACE, ' '));
  }

  /** Whether a no-break space may be the second half of a letter: one with a sign before it. */
  private static boolean mayBeMisread(String text) {
    for (int i = text.indexOf(NO_BREAK_SPACE); i >= 0; i = text.indexOf(NO_BREAK_SPACE, i + 1)) {
      if (i > 0 && Mojibake.isLead(text.charAt(i - 1))) return true;
    }
    return false;
  }

  private static Optional<String> ofPlain(String text) {
    int end = text.length();
    while (end > 0 && isBlank(text.charAt(end - 1))) end--;
    return isClean(text, end) ? Optional.of(text.substring(0, end)) : Optional.empty();
  }

  private static boolean isClean(String text, int end) {
    int feeds = 0;
    char before = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (HARMLESS[c]) {
        // A letter with a sign and another such behind it may be UTF-8 that was misread.
        if (c >= 0x80 && Mojibake.isLead(before)) return false;
        feeds = 0;
      } else if (c == '\n') {
        if (i == 0 || before == ' ' || before == '\t' || ++feeds > FEEDS_MAX) return false;
      } else if (isBlank(c)) {
        feeds = 0;
      } else {
        return false;
      }
      before = c;
    }
    return true;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
  }
}
