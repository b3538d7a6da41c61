package dev.millrace.evaluator.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pseudo-log-likelihood (Salazar et al. 2020, arXiv:1910.14659, equation 2): each token given all
 * others of its window, before it and after it, itself behind a mask. The row is {@code [CLS]
 * window [SEP]}; neither of these is scored. {@code exp} of the mean nll is the pseudo-perplexity
 * (equation 4).
 *
 * <p>It takes a pass for every scored token: a text of N tokens in windows of W costs N rows of W +
 * 2 tokens, W + 2 times what a causal model's costs. Where that is too much, one place in {@code
 * every} is scored: of document d those that leave the remainder of d, so that texts count at all
 * their places alike, and of one that is shorter than {@code every} one place. Which these are is a
 * matter of the texts alone: every checkpoint is asked for the same ones.
 *
 * @param begin {@code [CLS]}
 * @param end {@code [SEP]}
 * @param mask {@code [MASK]}
 * @param windows of the model's context less these two
 * @param every one token in so many is scored; 1 for all
 */
public record MaskedReading(int begin, int end, int mask, Windows windows, int every)
    implements Reading {
  /** The name in records. */
  public static final String OBJECTIVE = "masked";

  /** Tokens around a window. */
  public static final int AROUND = WindowPass.AROUND;

  public MaskedReading {
    if (every < 1) throw new IllegalArgumentException("every must be at least 1: " + every);
  }

  @Override
  public String objective() {
    return OBJECTIVE;
  }

  @Override
  public String definition() {
    String which = every == 1 ? "each token once" : "one token in " + every;
    return "pseudo-log-likelihood (Salazar et al. 2020): "
        + which
        + ", masked alone, given all others of its window";
  }

  @Override
  public List<Pass> passes(int document, int tokens) {
    List<Pass> passes = new ArrayList<>();
    for (Window window : windows.around(document, tokens)) {
      for (int place = window.scoredFrom(); place < window.scoredTo(); place++) {
        if (isScored(document, tokens, place)) passes.add(new TokenPass(window, place));
      }
    }
    return passes;
  }

  private boolean isScored(int document, int tokens, int place) {
    return place % every == document % Math.min(every, tokens);
  }

  private final class TokenPass implements WindowPass {
    private final Window window;
    private final int place;

    TokenPass(Window window, int place) {
      this.window = window;
      this.place = place;
    }

    @Override
    public Window window() {
      return window;
    }

    @Override
    public Row row(int[] tokens) {
      int[] inputs = new int[length()];
      inputs[0] = begin;
      System.arraycopy(tokens, window.from(), inputs, 1, window.length());
      inputs[inputs.length - 1] = end;
      int[] labels = new int[inputs.length];
      Arrays.fill(labels, TokenNll.IGNORED);
      labels[place - first()] = tokens[place];
      inputs[place - first()] = mask;
      return Row.of(inputs, labels);
    }
  }
}
