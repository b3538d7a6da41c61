package dev.millrace.refinery.dedup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SignerTest {
  private static final DedupConfig FINEWEB = new DedupConfig(14, 8, 5, 0, false, 1_000);

  private final Signer signer = new Signer(FINEWEB);

  /** Kept documents are found again by these keys for ever: change one and change the scheme. */
  @Test
  void keysNeverChangeUnderOneSchemeName() {
    assertEquals("superminhash32-splitmix.1", Signer.SCHEME);
    String keys =
        LongStream.of(
                keys("The quick brown fox jumps over the lazy dog, 42 times; the dog sleeps on."))
            .mapToObj("%016x"::formatted)
            .collect(Collectors.joining("\n", "", "\n"));
    assertEquals(
        """
        5d32a7dc5ad3e624
        20d94f8ccb20ef0d
        8cbf2c9716f452ab
        d3adcc3c82e6079d
        7aef7bb1fbf66496
        de9a752f1486f8f6
        8076287f74edc866
        2469641ea6e4bfa9
        1170e0796d46adbf
        eb13a0de649691f2
        c3ad194bbbcfb60b
        a04a01ba8ccf4388
        e70812c3cd133be5
        06d91d78530340d4
        cd54def30b9f0f98
        """,
        keys);
  }

  @Test
  void textsThatDifferInCaseAndPunctuationOnlyHaveTheSameKeys() {
    assertArrayEquals(
        keys("Mr. Président, I have 25 questions!"), keys("mr president i have 7 QUESTIONS"));
  }

  @Test
  void everyBandGivesAKeyAndTheContentTheLastOne() {
    String text = "one two three four five six seven eight nine ten";
    assertEquals(15, keys(text).length);
    assertEquals(15, LongStream.of(keys(text)).distinct().count());
    assertEquals(
        21,
        new Signer(new DedupConfig(20, 5, 5, 0, false, 1))
            .keys(words(text), hash(text), Optional.empty())
            .length);
  }

  @Test
  void theContentKeyDependsOnBothHalvesOfTheHash() {
    Words words = words("a b c d e f g");
    long key = last(signer.keys(words, new ContentHash(1, 2), Optional.empty()));
    assertNotEquals(key, last(signer.keys(words, new ContentHash(1, 3), Optional.empty())));
    assertNotEquals(key, last(signer.keys(words, new ContentHash(2, 2), Optional.empty())));
    assertNotEquals(key, last(signer.keys(words, new ContentHash(2, 1), Optional.empty())));
  }

  @Test
  void aTextWithoutWordsIsKnownByItsContentAlone() {
    assertEquals(1, keys("***").length);
  }

  @Test
  void textsThatShareNothingShareNoKey() {
    Set<Long> first = new HashSet<>();
    for (long key : keys("alpha beta gamma delta epsilon zeta eta theta")) first.add(key);
    for (long key : keys("one two three four five six seven eight")) {
      assertFalse(first.contains(key));
    }
  }

  /** The probability of a shared band is 1 - (1 - s^rows)^bands (Leskovec et al., chapter 3). */
  @Test
  void pairsCollideAsOftenAsTheirSimilarityPromises() {
    for (double similarity : new double[] {0.5, 0.6, 0.7, 0.8, 0.9}) {
      double promised = 1 - Math.pow(1 - Math.pow(similarity, 8), 14);
      double deviation = Math.sqrt(promised * (1 - promised) / 400);
      assertEquals(promised, collisions(similarity, 400), 4 * deviation + 0.01, "s=" + similarity);
    }
  }

  private double collisions(double similarity, int pairs) {
    Random random = new Random(11);
    int hits = 0;
    for (int i = 0; i < pairs; i++) {
      // Shingles of one word: sets of known similarity common / (common + 2 * own).
      int common = (int) Math.round(1_000 * similarity);
      int own = (1_000 - common) / 2;
      List<String> shared = words(random, common);
      hits += share(text(shared, words(random, own)), text(shared, words(random, own))) ? 1 : 0;
    }
    return (double) hits / pairs;
  }

  private static boolean share(String one, String other) {
    Signer signer = new Signer(new DedupConfig(14, 8, 1, 0, false, 1));
    long[] a = signer.keys(words(one), hash(one), Optional.empty());
    long[] b = signer.keys(words(other), hash(other), Optional.empty());
    for (int i = 0; i < a.length; i++) if (a[i] == b[i]) return true;
    return false;
  }

  private static String text(List<String> shared, List<String> own) {
    return String.join(" ", shared) + " " + String.join(" ", own);
  }

  private static List<String> words(Random random, int count) {
    List<String> words = new ArrayList<>(count);
    for (int i = 0; i < count; i++) words.add(letters(random));
    return words;
  }

  private static String letters(Random random) {
    StringBuilder letters = new StringBuilder(10);
    for (int i = 0; i < 10; i++) letters.append((char) ('a' + random.nextInt(26)));
    return letters.toString();
  }

  private long[] keys(String text) {
    return signer.keys(words(text), hash(text), Optional.empty());
  }

  private static Words words(String text) {
    return Words.of(text);
  }

  private static ContentHash hash(String text) {
    return ContentHash.of(words(text));
  }

  private static long last(long[] keys) {
    return keys[keys.length - 1];
  }
}
