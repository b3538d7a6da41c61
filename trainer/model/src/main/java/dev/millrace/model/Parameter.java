package dev.millrace.model;

import java.util.List;

/**
 * A trained tensor.
 *
 * @param name as Hugging Face has it
 * @param shape outermost dimension first
 */
public record Parameter(String name, List<Long> shape, Graph.Init init) {
  public Parameter {
    shape = List.copyOf(shape);
  }

  /** How many values it has. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Its size as float32. */
  public long bytes() {
    return Math.multiplyExact(elements(), Float.BYTES);
  }

  /** Matrices and embeddings decay; biases and gains do not. */
  public boolean isDecayed() {
    return shape.size() >= 2;
  }
}
