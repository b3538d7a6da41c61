package dev.millrace.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the papers' own tables, and against the laws themselves. */
class ScalingLawTest {

  /** Hoffmann et al., table 3: parameters and tokens by their approach 1. */
  @ParameterizedTest
  @CsvSource({
    "400e6, 8.0e9",
    "1e9, 20.2e9",
    "10e9, 205.1e9",
    "67e9, 1.5e12",
    "175e9, 3.7e12",
    "280e9, 5.9e12",
    "520e9, 11.0e12",
    "1e12, 21.2e12",
    "10e12, 216.2e12"
  })
  void twentyToOneIsTheirFirstApproachWithinAnEighth(double parameters, double tokens) {
    assertEquals(tokens, Fit.TWENTY_TO_ONE.ofParameters(parameters).tokens(), tokens / 8);
  }

  /**
   * Table A3: by their approach 2, whose data grow a little faster; for 10 trillion parameters they
   * are half as much again.
   */
  @ParameterizedTest
  @CsvSource({
    "400e6, 7.7e9",
    "1e9, 20.0e9",
    "10e9, 219.5e9",
    "67e9, 1.7e12",
    "175e9, 4.3e12",
    "280e9, 7.1e12",
    "520e9, 13.4e12",
    "1e12, 26.5e12"
  })
  void twentyToOneIsTheirSecondApproachWithinAQuarter(double parameters, double tokens) {
    assertEquals(tokens, Fit.TWENTY_TO_ONE.ofParameters(parameters).tokens(), tokens / 4);
  }

  /** The replication's point: the law as it should have been agrees with the other approaches. */
  @ParameterizedTest
  @CsvSource({
    "1e9, 20.2e9",
    "10e9, 205.1e9",
    "67e9, 1.5e12",
    "175e9, 3.7e12",
    "280e9, 5.9e12",
    "520e9, 11.0e12",
    "1e12, 21.2e12"
  })
  void epochsFitIsNearTheFirstApproachWhereThePrintedOneIsNot(double parameters, double tokens) {
    double epoch = Fit.EPOCH.ofParameters(parameters).tokens();
    double printed = Fit.HOFFMANN.ofParameters(parameters).tokens();
    assertEquals(1, epoch / tokens, 0.35);
    assertTrue(printed / tokens > 1.5, "printed " + printed);
  }

  /** Gopher's budget, for which Chinchilla was made: 70 billion parameters, 1.4 trillion tokens. */
  @Test
  void epochsFitSaysChinchilla() {
    Budget budget = Fit.EPOCH.ofFlops(5.76e23);
    assertEquals(70e9, budget.parameters(), 3.5e9);
    assertEquals(1.4e12, budget.tokens(), 0.1e12);
  }

  /** Found by searching the least loss with 50 digits: src/test/python/scaling_law.py. */
  @ParameterizedTest
  @CsvSource({
    "EPOCH, 1e21, 2.78198352e9, 5.99092932e10, 2.30483720",
    "EPOCH, 5.76e23, 7.23527385e10, 1.32683299e12, 1.97397348",
    "EPOCH, 1e24, 9.60001185e10, 1.73610897e12, 1.95925559",
    "HOFFMANN, 1e21, 1.82421770e9, 9.13633647e10, 2.32888294",
    "HOFFMANN, 5.76e23, 3.21898592e10, 2.98230569e12, 1.93074810",
    "HOFFMANN, 1e24, 4.12967024e10, 4.03583475e12, 1.91119542"
  })
  void theClosedFormIsTheLeastLoss(
      Fit fit, double flops, double parameters, double tokens, double loss) {
    Budget budget = fit.ofFlops(flops);
    assertEquals(1, budget.parameters() / parameters, 1e-8);
    assertEquals(1, budget.tokens() / tokens, 1e-8);
    assertEquals(loss, fit.loss(budget), 1e-8);
  }

  @Test
  void twentyToOneDividesTenToTheTwentyFour() {
    Budget budget = Fit.TWENTY_TO_ONE.ofFlops(1e24);
    assertEquals(Math.sqrt(1e24 / 120), budget.parameters(), 1);
    assertEquals(91.3e9, budget.parameters(), 0.05e9);
    assertEquals(20, budget.tokensPerParameter(), 1e-12);
  }

  /** 1.69 + 406.4 / 70e9^0.34 + 410.7 / 1.4e12^0.28, by a pocket calculator. */
  @Test
  void theLossOfChinchillaIsAsTheEquationSays() {
    assertEquals(1.936, ScalingLaw.HOFFMANN.loss(70e9, 1.4e12), 1e-3);
    assertEquals(1.975, ScalingLaw.EPOCH.loss(70e9, 1.4e12), 1e-2);
  }

  @ParameterizedTest
  @EnumSource
  void theThreeWaysToAskAgree(Fit fit) {
    Budget budget = fit.ofFlops(3e21);
    assertSame(budget, fit.ofParameters(budget.parameters()));
    assertSame(budget, fit.ofTokens(budget.tokens()));
    assertEquals(3e21, 6 * budget.parameters() * budget.tokens(), 3e12);
  }

  private static void assertSame(Budget expected, Budget actual) {
    assertEquals(1, actual.flops() / expected.flops(), 1e-9);
    assertEquals(1, actual.parameters() / expected.parameters(), 1e-9);
    assertEquals(1, actual.tokens() / expected.tokens(), 1e-9);
  }

  @ParameterizedTest
  @EnumSource(names = {"EPOCH", "HOFFMANN"})
  void noOtherDivisionOfTheComputeHasALowerLoss(Fit fit) {
    Budget best = fit.ofFlops(1e22);
    for (double factor : new double[] {0.5, 0.9, 0.99, 1.01, 1.1, 2}) {
      assertTrue(fit.loss(Budget.of(1e22, best.parameters() * factor)) > fit.loss(best));
    }
  }
}
