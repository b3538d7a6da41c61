package dev.millrace.refinery.classifier;

import java.util.List;

/**
 * How well scores tell documents of two labels apart: every measure at every threshold, exact.
 * Immutable.
 */
public final class Accuracy {
  private final double[] positives; // Sorted.
  private final double[] negatives; // Sorted.

  /**
   * Of documents that nothing was learnt from.
   *
   * @param positives scores of the positive documents, in any order
   * @param negatives scores of the others
   * @throws IllegalArgumentException where either has none
   */
  public Accuracy(List<Double> positives, List<Double> negatives) {
    this.positives = sorted(positives);
    this.negatives = sorted(negatives);
  }

  private static double[] sorted(List<Double> scores) {
    if (scores.isEmpty()) throw new IllegalArgumentException("a label has no scores");
    return scores.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  public int positives() {
    return positives.length;
  }

  public int negatives() {
    return negatives.length;
  }

  /** The share of the positive documents: the precision of taking everything. */
  public double baseRate() {
    return (double) positives.length / (positives.length + negatives.length);
  }

  /** The share of documents on their label's side, where positive ones score the threshold. */
  public double accuracy(double threshold) {
    int right = positives.length - below(positives, threshold) + below(negatives, threshold);
    return (double) right / (positives.length + negatives.length);
  }

  /** The share of the positive among the documents that score the threshold; 1 where none does. */
  public double precision(double threshold) {
    int right = positives.length - below(positives, threshold);
    int wrong = negatives.length - below(negatives, threshold);
    return right + wrong == 0 ? 1 : (double) right / (right + wrong);
  }

  /** The share of the positive documents that score the threshold. */
  public double recall(double threshold) {
    return 1 - (double) below(positives, threshold) / positives.length;
  }

  /** The share of the negative documents that score the threshold. */
  public double falsePositiveRate(double threshold) {
    return 1 - (double) below(negatives, threshold) / negatives.length;
  }

  /**
   * Area under the receiver operating characteristic: how likely a positive document scores above a
   * negative one, ties counting half (Mann and Whitney 1947).
   */
  public double auc() {
    double won = 0;
    for (double score : positives) {
      won += below(negatives, score);
      won += 0.5 * (below(negatives, Math.nextUp(score)) - below(negatives, score));
    }
    return won / positives.length / negatives.length;
  }

  /** The highest threshold with at least this recall. */
  public double thresholdOfRecall(double recall) {
    int missed = (int) Math.floor((1 - recall) * positives.length + 1e-9);
    return positives[Math.min(missed, positives.length - 1)];
  }

  /** The lowest threshold that at most this share of the negative documents scores. */
  public double thresholdOfFalsePositives(double rate) {
    int allowed = (int) Math.floor(rate * negatives.length + 1e-9);
    return allowed >= negatives.length ? 0 : Math.nextUp(negatives[negatives.length - 1 - allowed]);
  }

  /** How many scores are below the threshold. */
  private static int below(double[] sorted, double threshold) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < threshold) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
