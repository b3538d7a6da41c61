package dev.millrace.model;

import dev.millrace.model.Graph.Init;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Parameters and the operation that uses them, under one name.
 *
 * @param prefix of every name, empty or ending in a dot
 * @param deviation of the matrices' initial values
 */
record Layers<V>(Graph<V> graph, String prefix, double deviation) {

  Layers<V> in(String name) {
    return new Layers<>(graph, prefix + name + ".", deviation);
  }

  Layers<V> in(String name, int index) {
    return in(name + "." + index);
  }

  /** The same names with other initial values. */
  Layers<V> scaled(double factor) {
    return new Layers<>(graph, prefix, deviation * factor);
  }

  V matrix(String name, int rows, int columns) {
    return graph.parameter(prefix + name + ".weight", Init.normal(deviation), rows, columns);
  }

  /** A table whose row of padding begins at zero. */
  V paddedMatrix(String name, int rows, int columns, int padding) {
    Init init = Init.normal(deviation).withZeroRow(padding);
    return graph.parameter(prefix + name + ".weight", init, rows, columns);
  }

  V bias(String name, int width) {
    return graph.parameter(prefix + name + ".bias", Init.ZEROS, width);
  }

  V gain(String name, int width) {
    return graph.parameter(prefix + name + ".weight", Init.ONES, width);
  }

  V embedding(String name, V ids, int rows, int width) {
    return graph.embedding(matrix(name, rows, width), ids);
  }

  /** A linear layer whose weight is stored as GPT-2 does: [in, out]. */
  V conv1d(String name, V x, int in, int out) {
    V weight = graph.transpose(matrix(name, in, out));
    return graph.linear(x, weight, Optional.of(bias(name, out)));
  }

  V linear(String name, V x, int in, int out) {
    return graph.linear(x, matrix(name, out, in), Optional.of(bias(name, out)));
  }

  V linearWithoutBias(String name, V x, int in, int out) {
    return graph.linear(x, matrix(name, out, in), Optional.empty());
  }

  V layerNorm(String name, V x, int width, double epsilon) {
    return graph.layerNorm(x, gain(name, width), bias(name, width), epsilon);
  }

  V rmsNorm(String name, V x, int width, double epsilon) {
    return graph.rmsNorm(x, gain(name, width), epsilon);
  }

  /** Everything under this prefix as one block. */
  V block(V x, UnaryOperator<V> body) {
    return graph.block(prefix.substring(0, prefix.length() - 1), x, body);
  }
}
