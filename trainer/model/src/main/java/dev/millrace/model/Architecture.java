package dev.millrace.model;

import java.util.List;

/** A transformer, written once. */
public interface Architecture {

  /** Logits and what they are scored against. The first head is the language model. */
  <V> List<Head<V>> forward(Graph<V> graph);

  /** What it learns, and so what a row of a batch must be made of. */
  Objective objective();

  /**
   * One output.
   *
   * @param logits [B, T, N], or [B, N]
   * @param targets [B, T] or [B], less than N or {@link Graph#IGNORED}
   */
  record Head<V>(String name, V logits, Graph.Input targets) {

    /** Negative log-likelihood of every target in nats, shaped as they. */
    public V nll(Graph<V> graph) {
      return graph.crossEntropy(logits, graph.input(targets));
    }
  }
}
