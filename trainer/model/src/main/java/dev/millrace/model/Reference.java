package dev.millrace.model;

import dev.millrace.model.Graph.Input;
import java.util.Map;

/**
 * An architecture in plain double arithmetic, as the papers write it: what everything else is
 * tested against. Slow on purpose.
 */
public final class Reference {
  private Reference() {}

  /**
   * Negative log-likelihoods of the first head in nats, 0 where the label is ignored.
   *
   * @param batch every input that the architecture wants, [rows * length]
   * @return [rows * length]
   */
  public static double[] nll(
      Architecture architecture, WeightSource weights, Map<Input, long[]> batch, int rows) {
    ReferenceGraph graph = new ReferenceGraph(weights, batch, rows);
    return architecture.forward(graph).get(0).nll(graph).data();
  }

  /**
   * Logits of the first head.
   *
   * @return [rows * length * vocabulary]
   */
  public static double[] logits(
      Architecture architecture, WeightSource weights, Map<Input, long[]> batch, int rows) {
    ReferenceGraph graph = new ReferenceGraph(weights, batch, rows);
    return architecture.forward(graph).get(0).logits().data();
  }
}
