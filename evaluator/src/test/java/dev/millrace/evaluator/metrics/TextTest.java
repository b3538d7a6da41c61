package dev.millrace.evaluator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void countsRunsBetweenWhiteSpace() {
    assertEquals(0, Text.words(""));
    assertEquals(0, Text.words(" \n\t "));
    assertEquals(3, Text.words("one two\nthree"));
    assertEquals(3, Text.words("  one\t\ttwo \r\n three\n"));
  }

  @Test
  void splitsWherePythonDoes() {
    // len("a\u00a0b\u2028c\u0085d\u3000e\u001cf".split()) == 6; the zero-width space is none.
    assertEquals(6, Text.words("a\u00a0b\u2028c\u0085d\u3000e\u001cf"));
    assertEquals(1, Text.words("a\u200bb"));
  }

  @Test
  void countsBytesAsTheJdkEncodesThem() {
    for (String text :
        new String[] {"", "plain", "é€", "\uD83D\uDE00!", "half \uD83D", "\uDE00x"}) {
      assertEquals(text.getBytes(StandardCharsets.UTF_8).length, Text.bytes(text), text);
    }
  }
}
