package dev.millrace.evaluator.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Percentile intervals by resampling documents (Efron and Tibshirani 1993, chapter 13; paired as in
 * Koehn 2004, "Statistical Significance Tests for Machine Translation Evaluation"). Documents are
 * drawn, not tokens, because the tokens of one text are hard or easy together. The same input gives
 * the same interval for ever.
 *
 * @param resamples how many sets of documents are drawn
 */
public record PairedBootstrap(int resamples, long seed) {
  /** What evaluations use. */
  public static final PairedBootstrap STANDARD = new PairedBootstrap(2_000, 1979);

  private static final double TAIL = 0.025;

  public PairedBootstrap {
    if (resamples < 40) throw new IllegalArgumentException("too few resamples: " + resamples);
  }

  /**
   * The difference between two models; empty unless both scored the same texts as the same number
   * of tokens, and with fewer than two texts, whose spread is unknown.
   */
  public Optional<Difference> compare(List<DocumentSums> these, List<DocumentSums> those) {
    if (these.size() < 2 || !sameDocuments(these, those)) return Optional.empty();
    int n = these.size();
    double[] nll = new double[n];
    long[] tokens = new long[n];
    for (int i = 0; i < n; i++) {
      nll[i] = these.get(i).sums().nll() - those.get(i).sums().nll();
      tokens[i] = these.get(i).sums().tokens();
    }
    long all = Arrays.stream(tokens).sum();
    if (all == 0) return Optional.empty();
    double[] drawn = draw(nll, tokens);
    return Optional.of(
        new Difference(
            Arrays.stream(nll).sum() / all, quantile(drawn, TAIL), quantile(drawn, 1 - TAIL)));
  }

  private static boolean sameDocuments(List<DocumentSums> these, List<DocumentSums> those) {
    if (these.size() != those.size()) return false;
    for (int i = 0; i < these.size(); i++) {
      DocumentSums a = these.get(i);
      DocumentSums b = those.get(i);
      if (!a.document().equals(b.document())) return false;
      if (a.sums().tokens() != b.sums().tokens()) return false;
    }
    return true;
  }

  /** Each resample's nats per token, ascending. */
  private double[] draw(double[] nll, long[] tokens) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      double sum = 0;
      long count = 0;
      for (int i = 0; i < nll.length; i++) {
        int document = random.nextInt(nll.length);
        sum += nll[document];
        count += tokens[document];
      }
      drawn[r] = count == 0 ? 0 : sum / count; // Nothing but empty documents drawn: no difference.
    }
    Arrays.sort(drawn);
    return drawn;
  }

  /** Linear between the two nearest ranks. */
  static double quantile(double[] ascending, double q) {
    double rank = q * (ascending.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, ascending.length - 1);
    return ascending[below] + (rank - below) * (ascending[above] - ascending[below]);
  }
}
