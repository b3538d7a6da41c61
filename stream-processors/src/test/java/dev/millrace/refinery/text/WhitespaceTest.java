package dev.millrace.refinery.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import org.junit.jupiter.api.Test;

final class WhitespaceTest {
  @Test
  void isWhatUnicodeSaysAndTheSeparatorsOfAscii() {
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      boolean separator = c >= 0x1c && c <= 0x1f;
      boolean unicode = UCharacter.hasBinaryProperty(c, UProperty.WHITE_SPACE);
      assertEquals(unicode || separator, Whitespace.is((char) c), Integer.toHexString(c));
    }
  }

  @Test
  void countsEveryUnitThatIsWhiteSpace() {
    assertEquals(0, Whitespace.count(""));
    assertEquals(0, Whitespace.count("word"));
    assertEquals(6, Whitespace.count(" a\tb\r\nc\u00a0d\u3000"));
  }

  @Test
  void stripsBothEnds() {
    assertEquals("a b", Whitespace.strip("\u00a0\n a b\u3000"));
    assertEquals("", Whitespace.strip(" \n"));
  }
}
