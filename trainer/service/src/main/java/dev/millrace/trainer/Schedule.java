package dev.millrace.trainer;

/** The learning rate, step by step. */
@FunctionalInterface
public interface Schedule {

  /**
   * The learning rate of a step.
   *
   * @param step steps done before it: 0 for the first
   */
  double learningRateAt(long step);

  /** Linear warm-up, the first step already above 0, then the peak for ever. */
  static Schedule constant(double peak, long warmupSteps) {
    return step -> peak * warmup(step, warmupSteps);
  }

  /** Warm-up, then a straight line from the peak to {@code minRate} of it at {@code maxSteps}. */
  static Schedule linear(double peak, long warmupSteps, long maxSteps, double minRate) {
    return decaying(peak, warmupSteps, warmupSteps, maxSteps, minRate, done -> 1 - done);
  }

  /**
   * Warm-up, then half a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts).
   */
  static Schedule cosine(double peak, long warmupSteps, long maxSteps, double minRate) {
    return decaying(
        peak,
        warmupSteps,
        warmupSteps,
        maxSteps,
        minRate,
        done -> (1 + Math.cos(Math.PI * done)) / 2);
  }

  /**
   * Warm-up, stable, decay (Hu et al. 2024, arXiv:2404.06395); the decay is 1 - sqrt, the best of
   * those that Hägele et al. 2024 (arXiv:2405.18392) compare.
   */
  static Schedule wsd(
      double peak, long warmupSteps, long maxSteps, long cooldownSteps, double minRate) {
    return decaying(
        peak,
        warmupSteps,
        maxSteps - cooldownSteps,
        maxSteps,
        minRate,
        done -> 1 - Math.sqrt(done));
  }

  /** What is left of the peak, by the share of the decay that is done, both 0 to 1. */
  @FunctionalInterface
  interface Decay {
    double left(double done);
  }

  private static Schedule decaying(
      double peak, long warmupSteps, long from, long to, double minRate, Decay decay) {
    return step -> {
      if (step < warmupSteps) return peak * warmup(step, warmupSteps);
      if (step < from) return peak;
      double done = step >= to ? 1 : (double) (step - from) / (to - from);
      return peak * (minRate + (1 - minRate) * decay.left(done));
    };
  }

  private static double warmup(long step, long warmupSteps) {
    return step < warmupSteps ? (step + 1.0) / warmupSteps : 1;
  }
}
