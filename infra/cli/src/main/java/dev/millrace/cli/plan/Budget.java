package dev.millrace.cli.plan;

/**
 * Compute, size and data that belong together: flops = 6 * parameters * tokens.
 *
 * @param flops operations of the whole training
 * @param parameters all trained values
 */
record Budget(double flops, double parameters, double tokens) {
  /** Forward and backward, a multiplication and an addition each (Kaplan et al. 2020). */
  static final double PER_TOKEN_AND_PARAMETER = 6;

  static Budget of(double flops, double parameters) {
    return new Budget(flops, parameters, flops / (PER_TOKEN_AND_PARAMETER * parameters));
  }

  double tokensPerParameter() {
    return tokens / parameters;
  }
}
