package dev.millrace.evaluator.scoring;

import java.util.ArrayList;
import java.util.List;

/**
 * Rolling log-likelihood, as {@code get_rolling_token_windows} of lm-evaluation-harness cuts a
 * text: the first window is prefixed with end-of-text and scores as many tokens as fit; each
 * further one scores the next {@code stride} tokens and fills up with left context. Every token is
 * scored exactly once. The last window is full too: it takes more context, not fewer tokens.
 *
 * @param context the most tokens that the model sees at once
 * @param stride tokens by which the window moves on; {@code context} for the least work, less for
 *     more context per token
 */
public record Windows(int context, int stride) {
  public Windows {
    if (context < 1) throw new IllegalArgumentException("context must be at least 1: " + context);
    if (stride < 1 || stride > context) {
      throw new IllegalArgumentException(
          "stride must be from 1 to the context length, " + context + ": " + stride);
    }
  }

  /** The windows of a document of so many tokens; none for an empty one. */
  public List<Window> of(int document, int tokens) {
    List<Window> windows = new ArrayList<>();
    int scored = 0;
    while (scored < tokens) {
      int to = Math.min(tokens, scored == 0 ? context : scored + stride);
      windows.add(new Window(document, Math.max(0, to - context), to, to - scored));
      scored = to;
    }
    return windows;
  }
}
