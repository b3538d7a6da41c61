package dev.millrace.refinery.quality;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The definitions word for word, with strings in sets: slow and easy to believe. */
final class PlainRepetition {
  private PlainRepetition() {}

  /** Part of a text without punctuation in its most frequent n-gram. */
  static double top(String text, int n) {
    List<String> words = List.of(text.split(" "));
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i + n <= words.size(); i++) {
      counts.merge(String.join(" ", words.subList(i, i + n)), 1, Integer::sum);
    }
    String best = "";
    int most = 0;
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      if (entry.getValue() > most) {
        best = entry.getKey();
        most = entry.getValue();
      }
    }
    return (double) most * best.length() / text.length();
  }

  /** Part of a text without punctuation in n-grams that occurred before. */
  static double repeated(String text, int n) {
    List<String> words = List.of(text.split(" "));
    Set<String> seen = new HashSet<>();
    int characters = 0;
    int i = 0;
    while (i + n <= words.size()) {
      String gram = String.join("", words.subList(i, i + n));
      if (seen.add(gram)) {
        i++;
      } else {
        characters += gram.length();
        i += n;
      }
    }
    return (double) characters / text.length();
  }
}
