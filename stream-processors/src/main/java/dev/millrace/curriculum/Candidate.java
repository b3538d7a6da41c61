package dev.millrace.curriculum;

import java.util.Map;

/**
 * A sequence that may be released.
 *
 * @param offset in {@code sequences.DOMAIN}
 * @param targetTokens what the trainer learns from
 * @param signals difficulty by name
 * @param sequence what is released
 */
public record Candidate<T>(
    long offset, long targetTokens, Map<String, Double> signals, T sequence) {
  double signal(String name) {
    return signals.getOrDefault(name, 0.0);
  }
}
