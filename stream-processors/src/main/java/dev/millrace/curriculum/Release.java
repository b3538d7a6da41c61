package dev.millrace.curriculum;

/**
 * A decision.
 *
 * @param ordinal place in the training order
 * @param phase index of the phase
 */
public record Release<T>(long ordinal, int phase, String domain, Candidate<T> candidate) {}
