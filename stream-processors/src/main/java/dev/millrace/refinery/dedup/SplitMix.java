package dev.millrace.refinery.dedup;

/** The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit of the input moves half. */
final class SplitMix {
  private SplitMix() {}

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
