package dev.millrace.refinery.stage;

import dev.millrace.refinery.text.RefinedText;
import java.util.Map;
import java.util.Optional;

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
   * @param detail what it was measured against, for example an evaluation set's name
   */
  record Drop(
      String stage,
      String rule,
      double measured,
      double threshold,
      Optional<String> detail,
      Map<String, Double> signals)
      implements Verdict {}
}
