package dev.millrace.model;

/**
 * What linear layers and attention compute in; weights, residual stream, norms and losses are FP32.
 */
public enum Precision {
  FP32,
  BF16
}
