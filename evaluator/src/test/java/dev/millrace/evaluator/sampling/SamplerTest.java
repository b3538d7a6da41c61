package dev.millrace.evaluator.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplerTest {
  /** Probabilities 0.1, 0.4, 0.2, 0.3. */
  private static final float[] LOGITS = {
    (float) Math.log(0.1), (float) Math.log(0.4), (float) Math.log(0.2), (float) Math.log(0.3)
  };

  private static double[] shares(Sampler sampler) {
    int draws = 20_000;
    double[] shares = new double[LOGITS.length];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < draws; i++) shares[sampler.pick(LOGITS, random)] += 1.0 / draws;
    return shares;
  }

  @Test
  void temperatureZeroTakesTheLikeliest() {
    assertEquals(1, new Sampler(0, 0).pick(LOGITS, new SplittableRandom(1)));
    assertEquals(0, new Sampler(0, 0).pick(new float[] {2, 2}, new SplittableRandom(1)));
  }

  @Test
  void temperatureOneDrawsByProbability() {
    double[] shares = shares(new Sampler(1, 0));
    double[] probabilities = {0.1, 0.4, 0.2, 0.3};
    for (int i = 0; i < shares.length; i++) assertEquals(probabilities[i], shares[i], 0.015);
  }

  /** At temperature 1/2 probabilities are squared: 1, 16, 4 and 9 of 30. */
  @Test
  void lowTemperatureSharpens() {
    double[] shares = shares(new Sampler(0.5, 0));
    assertEquals(1 / 30.0, shares[0], 0.015);
    assertEquals(16 / 30.0, shares[1], 0.015);
  }

  @Test
  void topKLeavesTheRestOut() {
    double[] shares = shares(new Sampler(1, 2));
    assertEquals(0, shares[0]);
    assertEquals(0, shares[2]);
    assertEquals(4 / 7.0, shares[1], 0.015);
    assertEquals(3 / 7.0, shares[3], 0.015);
  }

  @Test
  void topKBeyondTheVocabularyTakesAll() {
    assertTrue(shares(new Sampler(1, 100))[0] > 0);
  }

  @Test
  void onlyDifferencesOfLogitsCount() {
    float[] shifted = LOGITS.clone();
    for (int i = 0; i < shifted.length; i++) shifted[i] += 1_000;
    SplittableRandom random = new SplittableRandom(5);
    int last = 0;
    for (int i = 0; i < 1_000; i++) if (new Sampler(1, 0).pick(shifted, random) == 3) last++;
    assertEquals(300, last, 50);
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    assertEquals(1, new Sampler(1, 0).pick(new float[] {-3e38f, 3e38f}, new SplittableRandom(1)));
  }

  @Test
  void refusesWhatMakesNoDistribution() {
    assertThrows(IllegalArgumentException.class, () -> new Sampler(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Sampler(Double.NaN, 0));
    assertThrows(IllegalArgumentException.class, () -> new Sampler(1, -1));
  }
}
