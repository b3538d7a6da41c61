package dev.millrace.trainer;

import dev.millrace.schemas.checkpoint.Rope;
import java.util.Optional;

/**
 * What stretches the rotary positions of a llama beyond a context, in the words of Hugging Face's
 * {@code rope_scaling}; what else a rule needs is as in its paper or release.
 *
 * @param ropeType the rule
 * @param factor the longest waves become so many times longer; at least 1
 * @param originalMaxPositionEmbeddings of llama3 and yarn: the context before stretching, tokens;
 *     {@code contextLength} unless given
 */
public record RopeScalingConfig(
    Type ropeType, double factor, Optional<Integer> originalMaxPositionEmbeddings) {
  private static final double LOW_FREQUENCY_FACTOR = 1;
  private static final double HIGH_FREQUENCY_FACTOR = 4;

  /** Said where {@link Rope} has them. */
  public enum Type {
    LINEAR,
    LLAMA3,
    YARN
  }

  public RopeScalingConfig {
    require(factor >= 1 && Double.isFinite(factor), "factor must be at least 1: " + factor);
    require(
        originalMaxPositionEmbeddings.isEmpty() || ropeType != Type.LINEAR,
        "originalMaxPositionEmbeddings is a setting of ropeType llama3 and yarn");
    require(
        originalMaxPositionEmbeddings.orElse(1) >= 1,
        "originalMaxPositionEmbeddings must be at least 1: "
            + originalMaxPositionEmbeddings.orElse(1));
  }

  /** For a model of this context. */
  Rope.Scaling scaling(int contextLength) {
    int original = originalMaxPositionEmbeddings.orElse(contextLength);
    return switch (ropeType) {
      case LINEAR -> new Rope.Linear(factor);
      case LLAMA3 -> new Rope.Llama3(factor, LOW_FREQUENCY_FACTOR, HIGH_FREQUENCY_FACTOR, original);
      case YARN -> Rope.Yarn.of(factor, original);
    };
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
