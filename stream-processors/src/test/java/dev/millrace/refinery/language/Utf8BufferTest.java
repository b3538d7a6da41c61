package dev.millrace.refinery.language;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class Utf8BufferTest {
  private final Utf8Buffer buffer = new Utf8Buffer(8);

  private String filled() {
    return new String(Arrays.copyOf(buffer.bytes(), buffer.length()), UTF_8);
  }

  @Test
  void writesCharactersOfOneToFourBytes() {
    Utf8Buffer roomy = new Utf8Buffer(40);
    String text = "a\u007f\u0080é\u07ff\u0800€\uffff\ud800\udc00😀\udbff\udfff";
    assertEquals(text.length(), roomy.fill(text, 0));
    assertEquals(text, new String(Arrays.copyOf(roomy.bytes(), roomy.length()), UTF_8));
  }

  @Test
  void leavesOutHalvesOfSurrogatePairs() {
    assertEquals(7, buffer.fill("a\udc00b\ud800cd\ud83d", 0));
    assertEquals("abcd", filled());
  }

  @Test
  void takesWhatFillsItToTheLastByte() {
    assertEquals(7, buffer.fill("123456é8", 0));
    assertEquals("123456é", filled());
    assertEquals(8, buffer.fill("123456é8", 7));
    assertEquals("8", filled());
  }

  @Test
  void leavesACharacterThatGoesOverItsEndForTheNextPiece() {
    assertEquals(7, buffer.fill("1234567é", 0));
    assertEquals(6, buffer.fill("123456€", 0));
    assertEquals(5, buffer.fill("12345😀", 0));
    assertEquals("12345", filled());
    assertEquals(7, buffer.fill("12345😀", 5));
    assertEquals("😀", filled());
  }
}
