package dev.millrace.trainer.torch;

/** The three tensors of one shape that training keeps for each parameter. */
public enum TrainedTensor {
  WEIGHT,
  /** Running mean of the gradient. */
  FIRST_MOMENT,
  /** Running mean of the squared gradient. */
  SECOND_MOMENT
}
