package dev.millrace.refinery.dedup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.refinery.text.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShinglesTest {
  @Test
  void equalWindowsOfWordsAndOnlyThoseHaveEqualHashes() {
    Random random = new Random(5);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) words.add("w" + (char) ('a' + random.nextInt(4)));
    long[] shingles = Shingles.of(Words.of(String.join(" ", words)), 5);
    assertEquals(words.size() - 4, shingles.length);
    Map<List<String>, Long> hashes = new HashMap<>();
    for (int i = 0; i < shingles.length; i++) {
      Long seen = hashes.putIfAbsent(words.subList(i, i + 5), shingles[i]);
      if (seen != null) assertEquals(seen, shingles[i]);
    }
    assertEquals(hashes.size(), hashes.values().stream().distinct().count());
  }

  @Test
  void theOrderOfWordsMatters() {
    assertEquals(2, distinct(Shingles.of(Words.of("a b c d e"), 5), "e d c b a"));
  }

  @Test
  void aTextOfFewerWordsIsOneShingle() {
    assertEquals(1, Shingles.of(Words.of("only three words"), 5).length);
    assertEquals(2, distinct(Shingles.of(Words.of("only three words"), 5), "only three"));
  }

  @Test
  void aTextWithoutWordsHasNone() {
    assertArrayEquals(new long[0], Shingles.of(Words.of("... --- !"), 5));
  }

  private static long distinct(long[] one, String other) {
    return Map.of(one[0], 0, Shingles.of(Words.of(other), 5)[0], 1).size();
  }
}
