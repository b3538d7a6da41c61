package dev.millrace.evaluator.scoring;

import java.util.ArrayList;
import java.util.List;

/**
 * How a text is cut for a model. Every token is scored exactly once. The last window is full too:
 * it takes more context, not fewer tokens.
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

  /**
   * For models that see what is before a token, as {@code get_rolling_token_windows} of
   * lm-evaluation-harness cuts: the first window scores as many tokens as fit; each further one
   * scores the next {@code stride} tokens and fills up with left context. None for an empty
   * document.
   */
  public List<Window> rolling(int document, int tokens) {
    List<Window> windows = new ArrayList<>();
    int scored = 0;
    while (scored < tokens) {
      int to = Math.min(tokens, scored == 0 ? context : scored + stride);
      windows.add(new Window(document, Math.max(0, to - context), to, scored, to));
      scored = to;
    }
    return windows;
  }

  /**
   * For models that see both sides of a token: each window scores the next {@code stride} tokens
   * and has as much context before as after them, as far as the text goes. None for an empty
   * document.
   */
  public List<Window> around(int document, int tokens) {
    List<Window> windows = new ArrayList<>();
    for (int scored = 0; scored < tokens; scored += stride) {
      int centred = scored - (context - stride) / 2;
      int from = Math.max(0, Math.min(centred, tokens - context));
      int to = Math.min(tokens, from + context);
      windows.add(new Window(document, from, to, scored, Math.min(tokens, scored + stride)));
    }
    return windows;
  }
}
