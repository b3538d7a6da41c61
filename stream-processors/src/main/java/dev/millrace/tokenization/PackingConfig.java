package dev.millrace.tokenization;

import dev.millrace.runtime.config.Default;

/**
 * The run file's {@code packing:} section.
 *
 * @param openBins sequences of one domain and length bucket that wait for more pieces; beyond it
 *     the fullest goes as it is
 * @param fullAt share of a sequence, in (0, 1], from which on it counts as full
 * @param unigramTokens tokens per partition from which the difficulty signals learn how rare each
 *     token is; what they learned by then stays
 * @param threads stream threads of this process
 */
public record PackingConfig(
    @Default("16") int openBins,
    @Default("0.95") double fullAt,
    @Default("4M") long unigramTokens,
    @Default("1") int threads) {
  public PackingConfig {
    require(openBins >= 1, "openBins must be at least 1: " + openBins);
    require(fullAt > 0 && fullAt <= 1, "fullAt must be in (0, 1]: " + fullAt);
    require(unigramTokens >= 0, "unigramTokens must be at least 0: " + unigramTokens);
    require(threads >= 1, "threads must be at least 1: " + threads);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
