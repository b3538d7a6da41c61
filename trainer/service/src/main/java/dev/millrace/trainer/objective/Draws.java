package dev.millrace.trainer.objective;

import java.util.SplittableRandom;

/**
 * Random numbers for one example. Only {@code nextLong} of the JDK's generator is used: what it
 * makes of that may change with a version, and a run outlives versions.
 */
public final class Draws {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final SplittableRandom random;

  private Draws(SplittableRandom random) {
    this.random = random;
  }

  /** Those of an ordinal in a run; of two ordinals or seeds they have nothing in common. */
  public static Draws of(long seed, long ordinal) {
    // Two generators deep: seeds and ordinals are small numbers beside each other.
    long own = new SplittableRandom(seed).nextLong() + GOLDEN_GAMMA * ordinal;
    return new Draws(new SplittableRandom(new SplittableRandom(own).nextLong()));
  }

  /** Others: however many are drawn of them, what is drawn here next stays what it is. */
  public Draws fork() {
    return new Draws(new SplittableRandom(random.nextLong()));
  }

  /** 53 random bits: 0 to less than 1. */
  double uniform() {
    return (random.nextLong() >>> 11) * 0x1.0p-53;
  }

  /** 0 to less than a bound; of bounds below 2^31 no number is likelier than another by 2^-32. */
  public int below(int bound) {
    if (bound < 1) throw new IllegalArgumentException("nothing is below " + bound);
    return (int) Math.multiplyHigh(random.nextLong() >>> 1, (long) bound << 1);
  }

  /**
   * By multiplying uniform numbers until they are less than exp(-mean) (Knuth); for small means.
   */
  int poisson(double mean) {
    double limit = StrictMath.exp(-mean);
    int count = 0;
    for (double product = uniform(); product > limit; product *= uniform()) count++;
    return count;
  }

  /** A random order of 0 to less than count (Fisher and Yates). */
  int[] permutation(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int at = below(i + 1);
      order[i] = order[at];
      order[at] = i;
    }
    return order;
  }
}
