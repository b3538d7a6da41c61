package dev.millrace.evaluator.heldout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** A character is a token. */
class PrefixTest {
  private static String prefix(String text, int tokensMax) {
    return Prefix.of(text, tokensMax, t -> t.codePointCount(0, t.length()));
  }

  @Test
  void leavesWhatFits() {
    assertEquals("one two", prefix("one two", 7));
    assertEquals("", prefix("", 0));
  }

  @Test
  void endsWithAWholeWord() {
    assertEquals("one two", prefix("one two three", 9));
    assertEquals("one", prefix("one two three", 6));
  }

  @Test
  void cutsInsideAWordThatIsAllThereIs() {
    assertEquals("abcd", prefix("abcdefgh", 4));
  }

  @Test
  void neverCutsACharacterInTwo() {
    assertEquals("\uD83D\uDE00", prefix("\uD83D\uDE00\uD83D\uDE01", 1));
  }

  @Test
  void nothingFitsIntoNothing() {
    assertEquals("", prefix("abc", 0));
  }
}
