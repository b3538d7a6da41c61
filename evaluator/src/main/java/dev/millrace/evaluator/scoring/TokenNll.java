package dev.millrace.evaluator.scoring;

import java.util.List;

/** A language model, seen from what it says about given tokens. */
@FunctionalInterface
public interface TokenNll {
  /** A label that is not scored. */
  int IGNORED = -100;

  /**
   * Negative log-likelihoods in nats.
   *
   * @param rows of any lengths
   * @return for each row a value per label, 0 where it is ignored, and maybe more behind them
   */
  float[][] nll(List<Row> rows);
}
