package dev.millrace.cli.demo;

/**
 * A unigram model with add-one smoothing: what a model knows that has only counted. The demo's
 * yardstick.
 */
final class UnigramModel {
  private final long[] counts;
  private long total;

  UnigramModel(int vocabularySize) {
    counts = new long[vocabularySize];
  }

  /** Counts one token. */
  void count(int token) {
    counts[token]++;
    total++;
  }

  /** Perplexity of the counted tokens themselves: exp of the mean nats per token. */
  double perplexity() {
    if (total == 0) return Double.NaN;
    double nll = 0;
    for (long count : counts) {
      nll -= count * Math.log((count + 1.0) / (total + counts.length));
    }
    return Math.exp(nll / total);
  }
}
