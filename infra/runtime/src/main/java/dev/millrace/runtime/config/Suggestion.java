package dev.millrace.runtime.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What somebody may have meant. */
final class Suggestion {
  private Suggestion() {}

  /** The nearest known word where one is near, all of them otherwise. */
  static String among(List<String> known, String word) {
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(k, word)))
        .filter(k -> distance(k, word) <= Math.max(2, word.length() / 3))
        .map(k -> "did you mean " + k + "?")
        .orElse("known are " + String.join(", ", known));
  }

  /** Levenshtein's, without regard to case, hyphens and underscores. */
  static int distance(String a, String b) {
    String x = bare(a);
    String y = bare(b);
    int[] row = new int[y.length() + 1];
    for (int j = 0; j < row.length; j++) row[j] = j;
    for (int i = 1; i <= x.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int substituted = diagonal + (x.charAt(i - 1) == y.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[y.length()];
  }

  private static String bare(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
  }
}
