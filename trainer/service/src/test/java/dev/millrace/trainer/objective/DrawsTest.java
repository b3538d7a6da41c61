package dev.millrace.trainer.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawsTest {
  private static final int MANY = 100_000;

  /** A change would break the bitwise resume of every run that exists. */
  @Test
  void staysWhatItWas() {
    Draws draws = Draws.of(42, 7);
    assertEquals("[1, 0, 3, 2]", Arrays.toString(draws.permutation(4)));
    assertEquals("[6, 0, 3, 4, 5, 7, 1, 2]", Arrays.toString(draws.fork().permutation(8)));
  }

  @Test
  void everyOrdinalOfEverySeedHasItsOwn() {
    Set<Double> first = new HashSet<>();
    for (long seed = 0; seed < 100; seed++) {
      for (long ordinal = 0; ordinal < 1_000; ordinal++) {
        first.add(Draws.of(seed, ordinal).uniform());
      }
    }
    assertEquals(100 * 1_000, first.size());
  }

  @Test
  void forkedOnesLeaveTheRestAsItIs() {
    Draws draws = Draws.of(42, 7);
    Draws same = Draws.of(42, 7);
    Draws forked = draws.fork();
    same.fork();
    double next = same.uniform();
    for (int i = 0; i < 10; i++) assertNotEquals(next, forked.uniform());
    assertEquals(next, draws.uniform());
  }

  @Test
  void whatIsBelowABoundIsEquallyLikely() {
    Draws draws = Draws.of(1, 1);
    int[] counts = new int[7];
    for (int i = 0; i < MANY; i++) counts[draws.below(7)]++;
    for (int count : counts) assertEquals(MANY / 7.0, count, 5 * Math.sqrt(MANY / 7.0));
    assertThrows(IllegalArgumentException.class, () -> draws.below(0));
  }

  @Test
  void ordinalsBesideEachOtherDrawWithoutRegardToEachOther() {
    int[] counts = new int[4];
    for (int ordinal = 0; ordinal < MANY; ordinal++) counts[Draws.of(3, ordinal).below(4)]++;
    for (int count : counts) assertEquals(MANY / 4.0, count, 5 * Math.sqrt(MANY / 4.0));
  }

  /** P(k) = exp(-3) 3^k / k!: mean and variance are 3, and 0.0498 of all are 0. */
  @Test
  void poissonHasItsMeanItsVarianceAndItsZeros() {
    Draws draws = Draws.of(2, 1);
    int[] values = IntStream.range(0, MANY).map(i -> draws.poisson(3)).toArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double zeros = Arrays.stream(values).filter(v -> v == 0).count() / (double) MANY;
    assertEquals(3, mean, 0.03);
    assertEquals(3, variance, 0.08);
    assertEquals(0.0498, zeros, 0.003);
  }

  @Test
  void everyOrderIsEquallyLikely() {
    Draws draws = Draws.of(5, 1);
    int[] firsts = new int[3];
    for (int i = 0; i < MANY; i++) {
      int[] order = draws.permutation(3);
      assertTrue(order[0] != order[1] && order[1] != order[2] && order[0] != order[2]);
      firsts[order[0]]++;
    }
    for (int count : firsts) assertEquals(MANY / 3.0, count, 5 * Math.sqrt(MANY / 3.0));
  }
}
