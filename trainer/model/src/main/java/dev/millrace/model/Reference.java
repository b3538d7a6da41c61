package dev.millrace.model;

import dev.millrace.model.Graph.Input;
import java.util.List;
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
   * Negative log-likelihoods of every head in nats, 0 where the target is ignored.
   *
   * @return for each head [rows * length], or [rows]
   */
  public static List<double[]> nllOfHeads(
      Architecture architecture, WeightSource weights, Map<Input, long[]> batch, int rows) {
    ReferenceGraph graph = new ReferenceGraph(weights, batch, rows);
    return architecture.forward(graph).stream().map(head -> head.nll(graph).data()).toList();
  }

  /**
   * Logits of every head.
   *
   * @return for each head [rows * length * classes], or [rows * classes]
   */
  public static List<double[]> logitsOfHeads(
      Architecture architecture, WeightSource weights, Map<Input, long[]> batch, int rows) {
    ReferenceGraph graph = new ReferenceGraph(weights, batch, rows);
    return architecture.forward(graph).stream().map(head -> head.logits().data()).toList();
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
