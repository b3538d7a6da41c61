package dev.millrace.refinery.classifier;

import dev.millrace.refinery.text.Words;

/**
 * Logistic regression over hashed word n-grams: the score of a text is the logistic function of a
 * bias and the mean weight of its words and pairs of neighbouring words, as fastText has it without
 * a hidden layer (Joulin et al. 2017, arXiv:1607.01759). Such classifiers chose the documents of
 * GPT-3 (Brown et al. 2020, arXiv:2005.14165, appendix A) and DCLM (Li et al. 2024,
 * arXiv:2406.11794). Words are folded as {@link Words} has it, so case, accents, punctuation and
 * digits play no part.
 *
 * <p>Immutable; a score depends on the text alone.
 */
public final class LinearClassifier {
  private final Description description;
  private final Buckets buckets;
  private final float bias;
  private final float[] weights; // [buckets]

  LinearClassifier(Description description, float bias, float[] weights) {
    this.description = description;
    this.bias = bias;
    this.weights = weights;
    buckets = new Buckets(description.training().buckets());
    if (weights.length != buckets.count()) {
      throw new IllegalArgumentException(
          "%d weights for %d buckets".formatted(weights.length, buckets.count()));
    }
  }

  public Description description() {
    return description;
  }

  float bias() {
    return bias;
  }

  float weight(int bucket) {
    return weights[bucket];
  }

  /** How much a text looks like the positive label: 0 to 1. Without words it has only the bias. */
  public double score(Words words) {
    int count = words.count();
    double sum = 0;
    long before = 0;
    for (int i = 0; i < count; i++) {
      long word = words.hash(i);
      sum += weights[buckets.of(word)];
      if (i > 0) sum += weights[buckets.of(before, word)];
      before = word;
    }
    return logistic(bias + sum / Math.max(1, Buckets.nGrams(words)));
  }

  /** Strict, so that every machine learns the same weights and gives the same scores. */
  static double logistic(double x) {
    return 1 / (1 + StrictMath.exp(-x));
  }
}
