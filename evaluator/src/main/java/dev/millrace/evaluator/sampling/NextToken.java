package dev.millrace.evaluator.sampling;

/** A language model, seen from what it would say next. */
@FunctionalInterface
public interface NextToken {
  /**
   * Unnormalised log-probabilities of the token that follows.
   *
   * @param tokens at least one, at most the model's context length
   * @return one per entry of the vocabulary
   */
  float[] logits(int[] tokens);
}
