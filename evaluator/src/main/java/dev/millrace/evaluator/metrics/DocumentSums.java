package dev.millrace.evaluator.metrics;

/**
 * What a model makes of one document.
 *
 * @param document hash of the text that was scored, so that only the same text is ever compared
 */
public record DocumentSums(String document, Sums sums) {}
