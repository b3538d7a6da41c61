package dev.millrace.cli.plan;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How the best size and amount of data are told from each other. */
enum Fit {
  EPOCH("epoch"),
  HOFFMANN("hoffmann"),
  /** Twenty tokens a parameter, the rule of thumb; a loss is Epoch's. */
  TWENTY_TO_ONE("20to1") {
    @Override
    Budget ofFlops(double flops) {
      return ofParameters(Math.sqrt(flops / (Budget.PER_TOKEN_AND_PARAMETER * RATIO)));
    }

    @Override
    Budget ofParameters(double parameters) {
      double tokens = RATIO * parameters;
      return new Budget(Budget.PER_TOKEN_AND_PARAMETER * parameters * tokens, parameters, tokens);
    }

    @Override
    Budget ofTokens(double tokens) {
      return ofParameters(tokens / RATIO);
    }
  };

  private static final double RATIO = 20;

  private final String word;

  Fit(String word) {
    this.word = word;
  }

  private ScalingLaw law() {
    return switch (this) {
      case HOFFMANN -> ScalingLaw.HOFFMANN;
      case EPOCH, TWENTY_TO_ONE -> ScalingLaw.EPOCH;
    };
  }

  /** By its word on the command line. */
  static Fit of(String word) {
    return Arrays.stream(values())
        .filter(fit -> fit.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--fit is one of %s, not %s"
                        .formatted(
                            Arrays.stream(values())
                                .map(Fit::word)
                                .collect(Collectors.joining(", ")),
                            word)));
  }

  String word() {
    return word;
  }

  /** In nats per token. */
  double loss(Budget budget) {
    return law().loss(budget.parameters(), budget.tokens());
  }

  Budget ofFlops(double flops) {
    return Budget.of(flops, law().parameters(flops));
  }

  Budget ofParameters(double parameters) {
    return Budget.of(law().flopsOfParameters(parameters), parameters);
  }

  Budget ofTokens(double tokens) {
    return ofFlops(law().flopsOfTokens(tokens));
  }
}
