package dev.millrace.refinery.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Near-duplicates: texts of random words in which some of the words are others. */
final class Clusters {
  private static final int WORDS = 300;

  /** Under one word of a hundred: any two are duplicates. */
  static final int CLOSE = 2;

  /** Up to one word of twenty: of three, the first and the third need not be duplicates. */
  static final int LOOSE = 15;

  private final Random random;

  Clusters(long seed) {
    random = new Random(seed);
  }

  /**
   * So many texts, each an edit of one that is not among them, with at most so many other words.
   */
  List<String> cluster(int size, int editsMax) {
    List<String> base = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) base.add(word());
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < size; i++) texts.add(edited(base, editsMax));
    return texts;
  }

  private String edited(List<String> base, int editsMax) {
    List<String> words = new ArrayList<>(base);
    for (int i = random.nextInt(editsMax + 1); i > 0; i--) {
      words.set(random.nextInt(WORDS), word());
    }
    return String.join(" ", words);
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    for (int i = 2 + random.nextInt(6); i > 0; i--) word.append((char) ('a' + random.nextInt(26)));
    return word.toString();
  }
}
