package dev.millrace.evaluator.scoring;

/** A causal language model, seen from what it says about given tokens. */
@FunctionalInterface
public interface TokenNll {
  /** A target that is not scored. */
  int IGNORED = -100;

  /**
   * Negative log-likelihoods in nats.
   *
   * @param inputs token ids, [batch, length]
   * @param targets what follows each input, or {@link #IGNORED}, [batch, length]
   * @return [batch, length]; 0 where the target is ignored
   */
  float[][] nll(int[][] inputs, int[][] targets);
}
