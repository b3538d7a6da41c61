package dev.millrace.trainer;

/** One seed for every microbatch of every step, so that a resumed step repeats its dropout. */
final class Seeds {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private Seeds() {}

  static long of(long seed, long step, int microbatch) {
    return mix(mix(seed + GOLDEN_GAMMA * step) + GOLDEN_GAMMA * (microbatch + 1));
  }

  /** A bijection that spreads every bit over all (Steele et al. 2014, SplitMix64's mix64). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
