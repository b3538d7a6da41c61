package dev.millrace.refinery.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WordBreaksTest {
  private static List<String> words(String text) {
    WordBreaks words = WordBreaks.of(text);
    return IntStream.range(0, words.count())
        .mapToObj(w -> text.substring(words.start(w), words.end(w)))
        .toList();
  }

  @Test
  void takesPunctuationMarksAsWordsOfTheirOwn() {
    assertEquals(List.of("Hello", ",", "World", "."), words("Hello, World.\n"));
    assertEquals(List.of("well", "-", "known"), words("well-known"));
  }

  @Test
  void takesARunOfPointsAsOneWordAndOtherMarksOneByOne() {
    assertEquals(List.of("wait", "...", "#", "what", "?", "!"), words("wait... # what?!"));
    assertEquals(List.of("#", "#"), words("# #"));
  }

  @Test
  void splitsOffWhatEnglishContracts() {
    assertEquals(List.of("do", "n't", "we", "'ll", "it", "’s"), words("don't we'll it’s"));
    assertEquals(List.of("can", "not", "do", "nt", "its"), words("cannot dont its"));
  }

  @Test
  void keepsNumbersNamesAbbreviationsAndAddressesWhole() {
    assertEquals(List.of("3.14", "1,000", "9/11", "foo_bar"), words("3.14 1,000 9/11 foo_bar"));
    assertEquals(List.of("Mr.", "U.S.", "e.g.", ","), words("Mr. U.S. e.g.,"));
    assertEquals(List.of("a@b.org", "https://b.org/x", "."), words("a@b.org https://b.org/x."));
  }

  @Test
  void leavesOutWhiteSpaceOfEveryKind() {
    assertEquals(List.of("a", "b", "c"), words(" a\u00A0\tb\u3000\r\n c "));
    assertEquals(List.of(), words(" \n"));
  }

  @Test
  void findsTheWordsOfUnspacedScriptsByDictionary() {
    assertEquals(List.of("我是", "学生"), words("我是学生"));
  }
}
