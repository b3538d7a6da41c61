package dev.millrace.evaluator;

import dev.millrace.evaluator.EvaluationConfig.Device;

/**
 * What to run a model on.
 *
 * @param threads for one operation on the CPU; 0: as many as there are cores
 */
public record ModelOptions(Device device, int threads) {
  /** CUDA where it works, else all cores of the CPU. */
  public static final ModelOptions AUTO = new ModelOptions(Device.AUTO, 0);
}
