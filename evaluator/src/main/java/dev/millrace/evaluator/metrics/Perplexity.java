package dev.millrace.evaluator.metrics;

/**
 * Everything that derives from {@link Sums}, as lm-evaluation-harness defines it (its {@code
 * word_perplexity}, {@code byte_perplexity} and {@code bits_per_byte}); the standard error is that
 * of llama.cpp's perplexity tool. Where only some tokens are scored, words and bytes are held
 * against what the whole text would cost at their mean. A value is infinite where it does not fit a
 * double, and not a number where nothing was scored.
 */
public record Perplexity(Sums sums) {
  private static final double LN_2 = Math.log(2);

  /** Mean nats per token. */
  public double nllPerToken() {
    return sums.nll() / sums.tokens();
  }

  /** Nats of the whole text: the sum itself where every token is scored. */
  private double textNll() {
    return sums.nll() * ((double) sums.textTokens() / sums.tokens());
  }

  /**
   * Of the mean nats per token: {@code sqrt(variance / (tokens - 1))}, taking tokens as
   * independent; 0 for a single token.
   */
  public double nllStandardError() {
    if (sums.tokens() < 2) return 0;
    double mean = nllPerToken();
    double variance = Math.max(0, sums.nllSquared() / sums.tokens() - mean * mean);
    return Math.sqrt(variance / (sums.tokens() - 1));
  }

  /** {@code exp(nll / tokens)}: how many tokens the model hesitates between. */
  public double token() {
    return Math.exp(nllPerToken());
  }

  /**
   * {@code exp(nll / tokens * textTokens / words)}; unlike {@link #token} it does not depend on the
   * tokenizer.
   */
  public double word() {
    return Math.exp(textNll() / sums.words());
  }

  /** {@code exp(nll / tokens * textTokens / bytes)}. */
  public double oneByte() {
    return Math.exp(textNll() / sums.bytes());
  }

  /** {@code nll / tokens * textTokens / (bytes ln 2)}. */
  public double bitsPerByte() {
    return textNll() / (sums.bytes() * LN_2);
  }

  /** Another name of {@link #token}. */
  public double branchingFactor() {
    return token();
  }
}
