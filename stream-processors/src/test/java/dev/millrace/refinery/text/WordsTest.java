package dev.millrace.refinery.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class WordsTest {
  private static String fold(String text) {
    return Words.of(text).toString();
  }

  @Test
  void foldsCaseDiacriticsPunctuationAndWhiteSpace() {
    assertEquals("el nino don t stop", fold("  El NIÑO:\tdon’t\n\n(STOP)! "));
    assertEquals("cafe", fold("cafe\u0301"));
    assertEquals("soft", fold("so\u00ADft"));
  }

  @Test
  void collapsesEveryRunOfDigitsToOneZero() {
    assertEquals("0 0 abc0 0x", fold("1,234 abc56 7x"));
    assertEquals(fold("in 1999"), fold("in ٢٠٢٤"));
  }

  @Test
  void takesEveryLetterOfAnUnspacedScriptAsAWord() {
    assertEquals("春 眠 abc 不", fold("春眠abc不"));
    assertEquals("𠀀 𠀁", fold("𠀀𠀁"));
  }

  @Test
  void countsWordsAndSeparatesAtSymbolsBeyondTheBasicPlane() {
    Words words = Words.of("one😀two");
    assertEquals(2, words.count());
    assertEquals("one two", words.toString());
    assertEquals("𐐨", fold("𐐀"), "Deseret has letters in two cases");
  }

  @Test
  void treatsHalfACharacterAsASeparator() {
    assertEquals("a b", fold("a\uD83Db"));
    assertEquals("a b", fold("a\uDE00b"));
  }

  @Test
  void hashesEqualWordsEquallyWhereverTheyStand() {
    Words a = Words.of("First, second THIRD");
    Words b = Words.of("third second");
    assertEquals(a.hash(1), b.hash(1));
    assertEquals(a.hash(2), b.hash(0));
    assertNotEquals(a.hash(0), a.hash(1));
    assertThrows(IndexOutOfBoundsException.class, () -> a.hash(3));
  }

  @Test
  void keepsItsHashesForEverBecauseTheIndexRemembersThem() {
    assertEquals(0x245fa3effe7408e7L, Words.of("millrace").hash(0), "word");
    assertEquals(
        "2754430ddaa808b3cdc3a9d94b3aaffe",
        ContentHash.of(Words.of("The wheel turns.")).toString());
  }

  @Test
  void givesTextsThatDifferOnlyInSpellingTheSameContentHash() {
    ContentHash hash = ContentHash.of(Words.of("Naïve, in 1999!"));
    assertEquals(hash, ContentHash.of(Words.of("naive in\n2024")));
    assertNotEquals(hash, ContentHash.of(Words.of("naivein 2024")));
    assertEquals(hash, ContentHash.of(hash.bytes()));
    assertEquals(16, hash.bytes().length);
    assertThrows(IllegalArgumentException.class, () -> ContentHash.of(new byte[15]));
  }

  @Test
  void growsWithTextsOfManyShortWords() {
    Words words = Words.of("春".repeat(1000));
    assertEquals(1000, words.count());
    assertEquals(1999, words.toString().length());
  }

  @Test
  void findsNothingInNothing() {
    assertEquals(0, Words.of(" —!? ").count());
    assertEquals("", fold(""));
  }
}
