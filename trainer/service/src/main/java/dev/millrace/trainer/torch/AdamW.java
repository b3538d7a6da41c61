package dev.millrace.trainer.torch;

import dev.millrace.model.Parameter;
import java.util.List;
import java.util.function.Predicate;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101), as PyTorch's fused one computes it.
 *
 * @param beta1 decay of the first moment, 0 to less than 1
 * @param beta2 decay of the second moment, 0 to less than 1
 * @param epsilon added to the root of the second moment, more than 0
 * @param weightDecay decoupled, times the learning rate; of tensors with two and more dimensions
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  public AdamW {
    require(beta1 >= 0 && beta1 < 1, "beta1 must be at least 0 and less than 1: " + beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2 must be at least 0 and less than 1: " + beta2);
    require(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be positive: " + epsilon);
    require(
        weightDecay >= 0 && Double.isFinite(weightDecay),
        "weightDecay must not be negative: " + weightDecay);
  }

  @Override
  public String method() {
    return "update";
  }

  /** Every program has it. */
  @Override
  public String source() {
    return "";
  }

  @Override
  public List<Predicate<Parameter>> groups() {
    return List.of(Parameter::isDecayed, parameter -> !parameter.isDecayed());
  }

  @Override
  public List<Double> constants() {
    return List.of(beta1, beta2, epsilon, weightDecay);
  }

  private static void require(boolean condition, String problem) {
    if (!condition) throw new IllegalArgumentException(problem);
  }
}
