package dev.millrace.evaluator.scoring;

/**
 * A stretch of one document that a model sees at once: the document's tokens {@code from} to {@code
 * to - 1}. Only {@code scoredFrom} to {@code scoredTo - 1} count there, the others are context.
 */
public record Window(int document, int from, int to, int scoredFrom, int scoredTo) {
  public Window {
    if (from < 0 || scoredFrom < from || scoredTo <= scoredFrom || to < scoredTo) {
      throw new IllegalArgumentException(
          from + " to " + to + ", scored " + scoredFrom + " to " + scoredTo);
    }
  }

  /** How many tokens it has. */
  public int length() {
    return to - from;
  }
}
