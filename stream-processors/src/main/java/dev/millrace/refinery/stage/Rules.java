package dev.millrace.refinery.stage;

import dev.millrace.refinery.text.RefinedText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A family of rules, judged in the order in which they are called: the first that fails decides,
 * and nothing after it is measured.
 */
public final class Rules {
  private final String stage;
  private final List<Rule> rules;
  private final Map<String, Double> signals = new LinkedHashMap<>();
  private Verdict.@Nullable Drop drop;

  /** For the stage of this name, which is also the family's. */
  public Rules(String stage) {
    this(stage, List.of());
  }

  /** For the stage of this name, with its rules. */
  public Rules(String stage, List<Rule> rules) {
    this.stage = stage;
    this.rules = rules;
  }

  /** Judges by the stage's rule of this name. */
  public Rules judge(String rule, DoubleSupplier measure) {
    return judge(named(rule), measure);
  }

  /** Fails below the threshold. */
  public Rules atLeast(String rule, double threshold, DoubleSupplier measure) {
    return judge(Rule.atLeast(rule, threshold), measure);
  }

  /** Fails above the threshold. */
  public Rules atMost(String rule, double threshold, DoubleSupplier measure) {
    return judge(Rule.atMost(rule, threshold), measure);
  }

  private Rules judge(Rule rule, DoubleSupplier measure) {
    if (drop != null) return this;
    double measured = measured(rule.name(), measure);
    if (rule.fails(measured)) fail(rule.name(), measured, rule.threshold());
    return this;
  }

  private Rule named(String name) {
    for (Rule rule : rules) {
      if (rule.name().equals(name)) return rule;
    }
    throw new IllegalArgumentException(stage + " has no rule " + name);
  }

  /** Whether a rule has failed, so that nothing more will be measured. */
  public boolean failed() {
    return drop != null;
  }

  private double measured(String rule, DoubleSupplier measure) {
    double measured = measure.getAsDouble();
    signals.put(name(rule), measured);
    return measured;
  }

  /** Fails by what cannot be measured again, such as time: it makes no signal. */
  public Rules fail(String rule, double measured, double threshold) {
    if (drop == null) {
      drop = new Verdict.Drop(stage, name(rule), measured, threshold, Optional.empty(), signals);
    }
    return this;
  }

  /** What a rule that failed was measured against. */
  public Rules because(String detail) {
    if (drop != null) {
      drop =
          new Verdict.Drop(
              stage, drop.rule(), drop.measured(), drop.threshold(), Optional.of(detail), signals);
    }
    return this;
  }

  private String name(String rule) {
    return stage + "." + rule;
  }

  /** Keeps the text as it is unless a rule failed. */
  public Verdict verdict() {
    return drop != null ? drop : new Verdict.Keep(signals);
  }

  /** Keeps the changed text unless a rule failed. */
  public Verdict verdict(RefinedText changed) {
    return drop != null ? drop : new Verdict.KeepChanged(changed, signals);
  }
}
