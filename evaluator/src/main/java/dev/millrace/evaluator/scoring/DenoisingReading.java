package dev.millrace.evaluator.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Infilling log-likelihood, the perplexity of a model that writes a whole text from a damaged one
 * (Lewis et al. 2020, arXiv:1910.13461). A text is cut into spans of {@value #SPAN} tokens, the
 * mean length of the paper's, and each window is read {@value #PASSES} times: in pass r every third
 * span from the r-th on is hidden, a third of the text where the paper hides 30 %, each span behind
 * one mask. The encoder sees {@code <s> damaged window </s>}; the decoder is given {@code start <s>
 * window}, and the hidden tokens are scored: each given what is left of its window and, as always
 * in a decoder, the true tokens before it. So every token counts once, none that the encoder sees
 * is scored (to copy it is no merit), and no chance is in it: a text has the same nll for ever.
 *
 * <p>It takes three passes through encoder and decoder, six times what a causal model's costs.
 *
 * @param decoderStart what the decoder begins with
 * @param begin {@code <s>}
 * @param end {@code </s>}
 * @param mask {@code <mask>}
 * @param windows of the model's context less two
 */
public record DenoisingReading(int decoderStart, int begin, int end, int mask, Windows windows)
    implements Reading {
  /** The name in records. */
  public static final String OBJECTIVE = "denoising";

  /** Tokens around a window on either side of the model. */
  public static final int AROUND = WindowPass.AROUND;

  private static final int SPAN = 3;
  private static final int PASSES = 3;

  @Override
  public String objective() {
    return OBJECTIVE;
  }

  @Override
  public String definition() {
    return "infilling log-likelihood: each token once, given its window with every third span of"
        + " three tokens, its own among them, behind a mask each, and the tokens before it";
  }

  @Override
  public List<Pass> passes(int document, int tokens) {
    List<Pass> passes = new ArrayList<>();
    for (Window window : windows.around(document, tokens)) {
      for (int pass = 0; pass < PASSES; pass++) {
        SpanPass spans = new SpanPass(window, pass);
        if (spans.scoresAny()) passes.add(spans);
      }
    }
    return passes;
  }

  private final class SpanPass implements WindowPass {
    private final Window window;
    private final int pass;

    SpanPass(Window window, int pass) {
      this.window = window;
      this.pass = pass;
    }

    private boolean isHidden(int place) {
      return place / SPAN % PASSES == pass;
    }

    private boolean isScored(int place) {
      return window.scoredFrom() <= place && place < window.scoredTo() && isHidden(place);
    }

    boolean scoresAny() {
      for (int place = window.scoredFrom(); place < window.scoredTo(); place++) {
        if (isHidden(place)) return true;
      }
      return false;
    }

    @Override
    public Window window() {
      return window;
    }

    @Override
    public Row row(int[] tokens) {
      int[] written = new int[window.length() + 1];
      int[] labels = new int[written.length];
      Arrays.fill(labels, TokenNll.IGNORED);
      written[0] = decoderStart;
      written[1] = begin;
      for (int place = window.from(); place < window.to(); place++) {
        int at = place - first();
        if (at + 1 < written.length) written[at + 1] = tokens[place];
        if (isScored(place)) labels[at] = tokens[place];
      }
      return new Row(damaged(tokens), written, labels);
    }

    private int[] damaged(int[] tokens) {
      int[] damaged = new int[length()];
      int length = 0;
      damaged[length++] = begin;
      for (int place = window.from(); place < window.to(); place++) {
        boolean goesOn = place > window.from() && isHidden(place - 1);
        if (!isHidden(place)) damaged[length++] = tokens[place];
        else if (!goesOn) damaged[length++] = mask;
      }
      damaged[length++] = end;
      return Arrays.copyOf(damaged, length);
    }
  }
}
