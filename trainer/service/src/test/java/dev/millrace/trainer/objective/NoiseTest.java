package dev.millrace.trainer.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.trainer.objective.Noise.DocumentRotation;
import dev.millrace.trainer.objective.Noise.SentencePermutation;
import dev.millrace.trainer.objective.Noise.TextInfilling;
import dev.millrace.trainer.objective.Noise.TokenDeletion;
import dev.millrace.trainer.objective.Noise.TokenMasking;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NoiseTest {
  private static final int MASK = -7;
  private static final int[] TEXT = IntStream.range(0, 100).toArray();

  @Test
  void maskingHidesItsShareWhereItIs() {
    int[] spoilt = spoil(new TokenMasking(0.3, MASK), TEXT, 1);
    assertEquals(30, count(spoilt, MASK));
    for (int i = 0; i < 100; i++) assertTrue(spoilt[i] == MASK || spoilt[i] == i);
  }

  @Test
  void deletionLeavesTheRestInOrder() {
    int[] spoilt = spoil(new TokenDeletion(0.3), TEXT, 1);
    assertEquals(70, spoilt.length);
    assertRising(spoilt);
  }

  @Test
  void infillingTakesItsShareAndLeavesTheRestInOrder() {
    for (int ordinal = 0; ordinal < 500; ordinal++) {
      int[] spoilt = spoil(new TextInfilling(0.3, 3, MASK), TEXT, ordinal);
      int[] left = Arrays.stream(spoilt).filter(token -> token != MASK).toArray();
      assertEquals(70, left.length);
      assertRising(left);
    }
  }

  /** 30 tokens in spans of a mean of 3 are about 10 spans, some of them of no token. */
  @Test
  void infillingPutsOneMaskForASpan() {
    Set<Integer> lengths = new HashSet<>();
    int masks = 0;
    for (int ordinal = 0; ordinal < 500; ordinal++) {
      int[] spoilt = spoil(new TextInfilling(0.3, 3, MASK), TEXT, ordinal);
      masks += count(spoilt, MASK);
      lengths.addAll(lonelySpans(spoilt));
    }
    assertEquals(10.4, masks / 500.0, 0.5);
    assertTrue(lengths.containsAll(Set.of(0, 1, 2, 3, 4, 5, 6)), lengths.toString());
  }

  /** Tokens that are missing where one mask stands between two tokens. */
  private static Set<Integer> lonelySpans(int[] spoilt) {
    Set<Integer> lengths = new HashSet<>();
    for (int i = 1; i + 1 < spoilt.length; i++) {
      boolean lonely = spoilt[i] == MASK && spoilt[i - 1] != MASK && spoilt[i + 1] != MASK;
      if (lonely) lengths.add(spoilt[i + 1] - spoilt[i - 1] - 1);
    }
    return lengths;
  }

  /** But the ends, where no span reaches in from outside. */
  @Test
  void infillingHidesEveryPlaceInsideAlike() {
    int[] hidden = new int[100];
    int rounds = 20_000;
    for (int ordinal = 0; ordinal < rounds; ordinal++) {
      boolean[] seen = new boolean[100];
      for (int token : spoil(new TextInfilling(0.3, 3, MASK), TEXT, ordinal)) {
        if (token != MASK) seen[token] = true;
      }
      for (int i = 0; i < 100; i++) if (!seen[i]) hidden[i]++;
    }
    for (int i = 15; i < 85; i++)
      assertEquals(0.3, hidden[i] / (double) rounds, 0.02, "place " + i);
  }

  @Test
  void permutationMovesWholeSentences() {
    SentencePermutation noise = new SentencePermutation(token -> token % 10 == 9);
    int[] spoilt = spoil(noise, Arrays.copyOf(TEXT, 95), 1); // The last sentence has no end.
    assertEquals(95, spoilt.length);
    assertEquals(10, Arrays.stream(spoilt).filter(token -> token % 10 == 0).count());
    for (int i = 1; i < spoilt.length; i++) {
      assertTrue(spoilt[i] == spoilt[i - 1] + 1 || spoilt[i] % 10 == 0, "at " + i);
    }
    assertNotEquals(Arrays.toString(Arrays.copyOf(TEXT, 95)), Arrays.toString(spoilt));
  }

  @Test
  void rotationGoesRound() {
    int[] spoilt = spoil(new DocumentRotation(), TEXT, 1);
    for (int i = 1; i < 100; i++) assertEquals((spoilt[i - 1] + 1) % 100, spoilt[i]);
    assertNotEquals(0, spoilt[0]);
  }

  @Test
  void oneComesAfterTheOther() {
    Noise noise =
        Noise.inTurn(
            List.of(
                new SentencePermutation(token -> token % 10 == 9),
                new TextInfilling(0.3, 3, MASK)));
    int[] spoilt = spoil(noise, TEXT, 1);
    assertEquals(70, spoilt.length - count(spoilt, MASK));
    assertArrayEquals(spoilt, spoil(noise, TEXT, 1), "an ordinal's noise is always the same");
  }

  @Test
  void anEmptyTextStaysEmptyAndTheArgumentStaysWhole() {
    int[] text = TEXT.clone();
    for (Noise noise :
        List.of(
            new TokenMasking(0.5, MASK),
            new TokenDeletion(0.5),
            new TextInfilling(0.5, 3, MASK),
            new SentencePermutation(token -> true),
            new DocumentRotation())) {
      assertEquals(0, spoil(noise, new int[0], 1).length);
      spoil(noise, text, 1);
      assertArrayEquals(TEXT, text);
    }
  }

  @Test
  void sharesThatAreNoneAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TokenMasking(1.1, MASK));
    assertThrows(IllegalArgumentException.class, () -> new TokenDeletion(-0.1));
    assertThrows(IllegalArgumentException.class, () -> new TextInfilling(0.3, 0, MASK));
  }

  private static int[] spoil(Noise noise, int[] tokens, long ordinal) {
    return noise.spoil(tokens, Draws.of(1, ordinal));
  }

  private static int count(int[] tokens, int token) {
    return (int) Arrays.stream(tokens).filter(t -> t == token).count();
  }

  private static void assertRising(int[] tokens) {
    for (int i = 1; i < tokens.length; i++) assertTrue(tokens[i] > tokens[i - 1], "at " + i);
  }
}
