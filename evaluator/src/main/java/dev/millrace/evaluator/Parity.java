package dev.millrace.evaluator;

import dev.millrace.evaluator.scoring.TokenNll;
import dev.millrace.schemas.checkpoint.Probe;
import java.util.List;

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
   */
  static double largestDifference(TokenNll model, Probe probe) {
    float[][] nll = model.nll(ints(probe.inputs()), ints(probe.labels()));
    double largest = 0;
    for (int r = 0; r < nll.length; r++) {
      for (int i = 0; i < nll[r].length; i++) {
        if (probe.labels().get(r).get(i) == Probe.IGNORED) continue;
        double expected = probe.nll().get(r).get(i);
        double difference = Math.abs(nll[r][i] - expected) / Math.max(NATS_MIN, Math.abs(expected));
        largest = Math.max(largest, difference); // NaN stays NaN.
      }
    }
    return largest;
  }

  private static int[][] ints(List<List<Integer>> rows) {
    return rows.stream()
        .map(row -> row.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }
}
