package dev.millrace.refinery.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StopWordsTest {
  private static int found(List<String> stopWords, String text) {
    StopWords search = new StopWords(stopWords);
    int start = 0;
    for (String word : text.split(" ", -1)) {
      search.see(text, start, start + word.length());
      start += word.length() + 1;
    }
    return search.found();
  }

  @Test
  void findsEachOnce() {
    assertEquals(2, found(List.of("the", "be", "that"), "be the the be the"));
  }

  @Test
  void findsWordsOfTheSameLengthAndBeginning() {
    assertEquals(3, found(List.of("this", "that", "then"), "then that this then"));
  }

  @Test
  void comparesWholeWordsAndCase() {
    assertEquals(0, found(List.of("the", "be"), "The them th b Be bee"));
  }

  @Test
  void takesAWordThatIsListedTwiceForOne() {
    assertEquals(1, found(List.of("the", "the"), "the the the"));
  }
}
