package dev.millrace.cli.plan;

/**
 * Loss by size and data, L(N, D) = E + A / N^alpha + B / D^beta, in nats per token of the data and
 * the tokenizer that it was fitted on (Hoffmann et al. 2022, arXiv:2203.15556, section 3.3).
 */
record ScalingLaw(double e, double a, double b, double alpha, double beta) {
  /** As printed, equation 10. */
  static final ScalingLaw HOFFMANN = new ScalingLaw(1.69, 406.4, 410.7, 0.34, 0.28);

  /** Epoch AI's replication on the same runs (Besiroglu et al. 2024, arXiv:2404.10102). */
  static final ScalingLaw EPOCH = new ScalingLaw(1.81686, 482.00572, 2085.43420, 0.34781, 0.36585);

  double loss(double parameters, double tokens) {
    return e + a / Math.pow(parameters, alpha) + b / Math.pow(tokens, beta);
  }

  /** The size with the least loss for so many operations, 6 N D (equation 4). */
  double parameters(double flops) {
    return balance() * Math.pow(flops / Budget.PER_TOKEN_AND_PARAMETER, beta / (alpha + beta));
  }

  /** For which compute a size is the best: {@link #parameters} backwards. */
  double flopsOfParameters(double parameters) {
    return Budget.PER_TOKEN_AND_PARAMETER * Math.pow(parameters / balance(), (alpha + beta) / beta);
  }

  /** For which compute so much data is the best. */
  double flopsOfTokens(double tokens) {
    return Budget.PER_TOKEN_AND_PARAMETER * Math.pow(tokens * balance(), (alpha + beta) / alpha);
  }

  private double balance() {
    return Math.pow(alpha * a / (beta * b), 1 / (alpha + beta));
  }
}
