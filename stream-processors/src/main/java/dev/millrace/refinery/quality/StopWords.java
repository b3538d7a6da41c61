package dev.millrace.refinery.quality;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Looks for stop words in one text, for each until it is found. */
final class StopWords {
  /** What was not found yet, by length. */
  private final List<List<String>> missing = new ArrayList<>();

  private int found;

  StopWords(List<String> words) {
    for (String word : new HashSet<>(words)) {
      while (missing.size() <= word.length()) missing.add(new ArrayList<>(0));
      missing.get(word.length()).add(word);
    }
  }

  /** Looks at a word of the text. */
  void see(String text, int start, int end) {
    if (end - start >= missing.size()) return;
    List<String> asLong = missing.get(end - start);
    for (int i = 0; i < asLong.size(); i++) {
      String word = asLong.get(i);
      if (word.charAt(0) == text.charAt(start) && text.startsWith(word, start)) {
        asLong.remove(i);
        found++;
        return;
      }
    }
  }

  /** How many different ones there were. */
  int found() {
    return found;
  }
}
