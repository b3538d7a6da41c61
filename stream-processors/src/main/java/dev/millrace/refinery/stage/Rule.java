package dev.millrace.refinery.stage;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One rule of a family: what it measures, and how much that may be at least or at most.
 *
 * @param name without the family's
 * @param bound which side of the threshold fails
 * @param key of the threshold's setting where that is not called as the rule
 */
public record Rule(String name, Bound bound, double threshold, Optional<String> key) {
  private static final Pattern WORD_START = Pattern.compile("-(.)");

  /** On which side of the threshold a text may be; the threshold itself is allowed. */
  public enum Bound {
    AT_LEAST,
    AT_MOST
  }

  /** Fails below; its setting is called as it is. */
  public static Rule atLeast(String name, double threshold) {
    return new Rule(name, Bound.AT_LEAST, threshold, Optional.empty());
  }

  /** Fails above; its setting is called as it is. */
  public static Rule atMost(String name, double threshold) {
    return new Rule(name, Bound.AT_MOST, threshold, Optional.empty());
  }

  /** With the key of the setting where that is called otherwise. */
  public Rule by(String key) {
    return new Rule(name, bound, threshold, Optional.of(key));
  }

  /** Whether a text of which so much was measured must go. */
  public boolean fails(double measured) {
    return bound == Bound.AT_LEAST ? measured < threshold : measured > threshold;
  }

  /** The threshold's key in the family's section of the run file. */
  public String setting() {
    return key.orElseGet(
        () -> WORD_START.matcher(name).replaceAll(s -> s.group(1).toUpperCase(Locale.ROOT)));
  }
}
