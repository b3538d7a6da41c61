package dev.millrace.refinery.stage;

import dev.millrace.refinery.text.RefinedText;
import java.util.Map;

/** What a stage says of a text. */
public sealed interface Verdict {
  /**
   * Measured values by rule name ({@code gopher-quality.words-min}), of every rule that was judged,
   * so that thresholds can be changed later.
   */
  Map<String, Double> signals();

  /** Stays as it is. */
  record Keep(Map<String, Double> signals) implements Verdict {}

  /** Stays, with another text, language or redactions. */
  record KeepChanged(RefinedText text, Map<String, Double> signals) implements Verdict {}

  /**
   * Must go.
   *
   * @param stage the stage's name, as in the run file
   * @param rule {@code family.rule}
   * @param measured what the rule measured
   * @param threshold what it should have been at most or at least
   */
  record Drop(
      String stage, String rule, double measured, double threshold, Map<String, Double> signals)
      implements Verdict {}
}
