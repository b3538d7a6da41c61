package dev.millrace.evaluator.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rolling log-likelihood: each token given those before it in its window. One pass a window.
 *
 * @param beginOfText stands before each document's first token and is never scored itself
 */
public record CausalReading(int beginOfText, Windows windows) implements Reading {
  /** The name in records. */
  public static final String OBJECTIVE = "causal";

  @Override
  public String objective() {
    return OBJECTIVE;
  }

  @Override
  public String definition() {
    return "rolling log-likelihood: each token once, given those before it in its window";
  }

  @Override
  public List<Pass> passes(int document, int tokens) {
    List<Pass> passes = new ArrayList<>();
    for (Window window : windows.rolling(document, tokens)) {
      passes.add(new WindowPass(window, beginOfText));
    }
    return passes;
  }

  /** The row's labels are the window, its inputs the tokens one place to the left. */
  private record WindowPass(Window window, int beginOfText) implements Pass {
    @Override
    public int document() {
      return window.document();
    }

    @Override
    public int length() {
      return window.length();
    }

    @Override
    public int first() {
      return window.from();
    }

    @Override
    public Row row(int[] tokens) {
      int[] inputs = new int[window.length()];
      for (int i = 0; i < inputs.length; i++) {
        int before = window.from() + i - 1;
        inputs[i] = before < 0 ? beginOfText : tokens[before];
      }
      int[] labels = Arrays.copyOfRange(tokens, window.from(), window.to());
      Arrays.fill(labels, 0, window.scoredFrom() - window.from(), TokenNll.IGNORED);
      return Row.of(inputs, labels);
    }
  }
}
