package dev.millrace.evaluator.metrics;

/**
 * How much a model's mean nll differs from another's on the same documents.
 *
 * @param delta nats per token, this minus that; negative is better
 * @param low of the 95 % interval
 * @param high of the 95 % interval
 */
public record Difference(double delta, double low, double high) {
  public Difference {
    if (!(low <= high)) throw new IllegalArgumentException(low + " to " + high + " is no interval");
  }

  /** The whole interval is above 0: chance alone does not explain that this model is worse. */
  public boolean isRegression() {
    return low > 0;
  }
}
