package dev.millrace.evaluator;

import dev.millrace.schemas.checkpoint.Probe;
import java.util.List;
import java.util.Map;

/** Whether an exported model says what the trainer said, token by token. */
final class Parity {
  /**
   * Below this many nats a difference is measured against it instead: fp32 sums of logits leave
   * absolute errors, which say nothing of a token that is almost certain.
   */
  private static final double NATS_MIN = 1;

  private Parity() {}

  /**
   * The largest difference of an nll, relative to the larger of the probe's and one nat; not a
   * number where the model gives none.
   *
   * @param nll what the model says of the probe, a value per label
   * @param heads what those heads of the model say of it that the probe has numbers of, by name
   * @throws IllegalArgumentException where a head says more or fewer values
   */
  static double largestDifference(float[][] nll, Map<String, float[]> heads, Probe probe) {
    double largest = 0;
    for (int r = 0; r < nll.length; r++) {
      for (int i = 0; i < probe.labels().get(r).size(); i++) {
        if (probe.labels().get(r).get(i) == Probe.IGNORED) continue;
        largest = Math.max(largest, difference(nll[r][i], probe.nll().get(r).get(i)));
      }
    }
    for (Map.Entry<String, float[]> head : heads.entrySet()) {
      List<Float> expected =
          probe.headNll().get(head.getKey()).stream().flatMap(List::stream).toList();
      float[] found = head.getValue();
      if (found.length != expected.size()) {
        throw new IllegalArgumentException(
            "the probe has %d values of head %s, the model %d"
                .formatted(expected.size(), head.getKey(), found.length));
      }
      for (int i = 0; i < found.length; i++) {
        largest = Math.max(largest, difference(found[i], expected.get(i)));
      }
    }
    return largest; // Math.max keeps what is no number.
  }

  private static double difference(double found, double expected) {
    return Math.abs(found - expected) / Math.max(NATS_MIN, Math.abs(expected));
  }
}
