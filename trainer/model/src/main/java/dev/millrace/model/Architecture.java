package dev.millrace.model;

import java.util.List;

/** A transformer, written once. */
public interface Architecture {

  /** Logits and what they are scored against. The first head is the language model. */
  <V> List<Head<V>> forward(Graph<V> graph);

  /**
   * One output.
   *
   * @param logits [B, T, N]
   * @param targets [B, T], less than N or {@link Graph#IGNORED}
   */
  record Head<V>(String name, V logits, Graph.Input targets) {

    /** Negative log-likelihood of every target in nats: [B, T]. */
    public V nll(Graph<V> graph) {
      return graph.crossEntropy(logits, graph.input(targets));
    }
  }
}
