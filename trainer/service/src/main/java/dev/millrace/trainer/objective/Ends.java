package dev.millrace.trainer.objective;

/**
 * The tokens that a text begins and ends with, and documents in it end with.
 *
 * @param begin {@code [CLS]} or {@code <s>}
 * @param end {@code [SEP]} or {@code </s>}, with which a decoder starts as well
 */
public record Ends(int begin, int end) {}
