package dev.millrace.evaluator.scoring;

/**
 * A stretch of one document that a model sees at once. Its targets are the document's tokens {@code
 * from} to {@code to - 1}; its inputs are the tokens one place to the left, the place before the
 * first token holding end-of-text. Only the last {@code scored} targets count, the others are left
 * context.
 */
public record Window(int document, int from, int to, int scored) {
  public Window {
    if (from < 0 || to <= from || scored < 1 || scored > to - from) {
      throw new IllegalArgumentException(from + " to " + to + ", " + scored + " scored");
    }
  }

  /** Inputs, and as many targets. */
  public int length() {
    return to - from;
  }

  /** Inputs, the first being end-of-text where the window is a document's first. */
  public int[] inputs(int[] tokens, int endOfText) {
    int[] inputs = new int[length()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = from + i == 0 ? endOfText : tokens[from + i - 1];
    }
    return inputs;
  }

  /** Targets, those that do not count being {@link TokenNll#IGNORED}. */
  public int[] targets(int[] tokens) {
    int[] targets = new int[length()];
    int context = length() - scored;
    for (int i = 0; i < targets.length; i++) {
      targets[i] = i < context ? TokenNll.IGNORED : tokens[from + i];
    }
    return targets;
  }
}
