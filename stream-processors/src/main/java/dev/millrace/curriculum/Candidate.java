package dev.millrace.curriculum;

import dev.millrace.schemas.Signal;
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
  double signal(Signal signal) {
    Double value = signals.get(signal.key());
    if (value != null) return value;
    throw new IllegalStateException(
        "the sequence at offset %d has no %s".formatted(offset, signal.key()));
  }
}
