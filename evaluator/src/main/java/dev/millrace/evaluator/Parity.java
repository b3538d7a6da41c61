package dev.millrace.evaluator;

import dev.millrace.schemas.checkpoint.Probe;

/** Whether an exported model says what the trainer said, token by token. */
final class Parity {
  /**
   * Below this many nats a difference is measured against it instead: fp32 sums of logits leave
   * absolute errors, which say nothing of a token that is almost certain.
   */
  private static final double NATS_MIN = 1;

  private Parity() {}

  /**
   * The largest difference of a token's nll, relative to the larger of the probe's and one nat; not
   * a number where the model gives none.
   *
   * @param nll what the model says of the probe, a value per label
   */
  static double largestDifference(float[][] nll, Probe probe) {
    double largest = 0;
    for (int r = 0; r < nll.length; r++) {
      for (int i = 0; i < probe.labels().get(r).size(); i++) {
        if (probe.labels().get(r).get(i) == Probe.IGNORED) continue;
        double expected = probe.nll().get(r).get(i);
        double difference = Math.abs(nll[r][i] - expected) / Math.max(NATS_MIN, Math.abs(expected));
        largest = Math.max(largest, difference); // NaN stays NaN.
      }
    }
    return largest;
  }
}
