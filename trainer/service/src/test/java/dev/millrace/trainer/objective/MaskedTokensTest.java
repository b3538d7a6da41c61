package dev.millrace.trainer.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Graph;
import dev.millrace.trainer.objective.MaskedTokens.Masking;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaskedTokensTest {
  private static final int MASK = 1_000;

  /** None of them is in the texts below. */
  private static final int[] VOCABULARY = IntStream.range(500, 600).toArray();

  private static final Masking BERT = Masking.bert(MASK, VOCABULARY);

  @Test
  void fifteenPercentAreChosenAndLabelledWithWhatWasThere() {
    int[] tokens = text(200);
    MaskedTokens masked = mask(tokens, 1);
    assertEquals(30, chosen(masked));
    for (int i = 0; i < tokens.length; i++) {
      if (masked.labels()[i] == Graph.IGNORED) assertEquals(tokens[i], masked.tokens()[i]);
      else assertEquals(tokens[i], masked.labels()[i]);
    }
  }

  /** Of 30,000 chosen tokens the shares are within five standard deviations. */
  @Test
  void ofTheChosenEightTenthsAreMaskedAndOneTenthIsRandom() {
    int masked = 0;
    int random = 0;
    int same = 0;
    for (int ordinal = 0; ordinal < 1_000; ordinal++) {
      MaskedTokens one = mask(text(200), ordinal);
      for (int i = 0; i < 200; i++) {
        if (one.labels()[i] == Graph.IGNORED) continue;
        if (one.tokens()[i] == MASK) masked++;
        else if (one.tokens()[i] >= 500) random++;
        else same++;
      }
    }
    assertEquals(30_000, masked + random + same);
    assertEquals(24_000, masked, 5 * Math.sqrt(30_000 * 0.8 * 0.2));
    assertEquals(3_000, random, 5 * Math.sqrt(30_000 * 0.1 * 0.9));
  }

  @Test
  void marksAreNeverChosen() {
    boolean[] candidates = new boolean[100];
    Arrays.fill(candidates, 10, 20, true);
    for (int ordinal = 0; ordinal < 100; ordinal++) {
      MaskedTokens one =
          MaskedTokens.of(text(100), List.of(candidates), BERT, Draws.of(1, ordinal));
      assertEquals(2, chosen(one)); // 1.5, rounded.
      for (int i = 0; i < 100; i++) {
        assertTrue(candidates[i] || one.labels()[i] == Graph.IGNORED);
      }
    }
  }

  @Test
  void whatIsHiddenOfATextDoesNotDependOnThoseAfterIt() {
    boolean[] first = new boolean[100];
    boolean[] second = new boolean[100];
    Arrays.fill(first, 0, 60, true);
    Arrays.fill(second, 60, 100, true);
    for (int ordinal = 0; ordinal < 100; ordinal++) {
      MaskedTokens both =
          MaskedTokens.of(text(100), List.of(first, second), BERT, Draws.of(1, ordinal));
      MaskedTokens alone = MaskedTokens.of(text(100), List.of(first), BERT, Draws.of(1, ordinal));
      assertEquals(9 + 6, chosen(both));
      assertArrayEquals(
          Arrays.copyOf(alone.tokens(), 60), Arrays.copyOf(both.tokens(), 60), "" + ordinal);
      assertArrayEquals(
          Arrays.copyOf(alone.labels(), 60), Arrays.copyOf(both.labels(), 60), "" + ordinal);
    }
  }

  @Test
  void ofAnyTextAtLeastOneIsChosenAndOfNoTextNone() {
    assertEquals(1, chosen(mask(text(1), 1)));
    assertEquals(0, chosen(mask(text(0), 1)));
  }

  @Test
  void anOrdinalHasItsOwnExampleAndAlwaysTheSame() {
    assertArrayEquals(mask(text(200), 5).tokens(), mask(text(200), 5).tokens());
    assertFalse(Arrays.equals(mask(text(200), 5).tokens(), mask(text(200), 6).tokens()));
  }

  @Test
  void impossibleSharesAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Masking(0.15, 0.8, 0.3, MASK, VOCABULARY));
    assertThrows(IllegalArgumentException.class, () -> new Masking(0, 0.8, 0.1, MASK, VOCABULARY));
    assertThrows(IllegalArgumentException.class, () -> Masking.bert(MASK, new int[0]));
  }

  private static MaskedTokens mask(int[] tokens, long ordinal) {
    boolean[] all = new boolean[tokens.length];
    Arrays.fill(all, true);
    return MaskedTokens.of(tokens, List.of(all), BERT, Draws.of(1, ordinal));
  }

  private static int[] text(int length) {
    return IntStream.range(0, length).toArray();
  }

  private static long chosen(MaskedTokens masked) {
    return Arrays.stream(masked.labels()).filter(label -> label != Graph.IGNORED).count();
  }
}
