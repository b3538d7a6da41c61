package dev.millrace.refinery.classifier;

import dev.millrace.runtime.config.Default;

/**
 * How a classifier learns.
 *
 * @param buckets weights, a power of two; 4 bytes each in the file
 * @param epochs times that every document is gone through
 * @param learningRate how far the first step of a weight goes
 * @param l2 how strongly weights are drawn to 0
 * @param seed of the order in which documents are gone through
 */
public record Training(
    @Default("1_048_576") int buckets,
    @Default("5") int epochs,
    @Default("1") double learningRate,
    @Default("1e-6") double l2,
    @Default("0") long seed) {

  public Training {
    Object unused = new Buckets(buckets);
    if (epochs < 1) throw new IllegalArgumentException("epochs must be at least 1: " + epochs);
    if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learningRate must be positive: " + learningRate);
    }
    if (!(l2 >= 0 && l2 < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("l2 must not be negative: " + l2);
    }
  }
}
