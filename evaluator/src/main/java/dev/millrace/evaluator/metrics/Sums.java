package dev.millrace.evaluator.metrics;

import java.util.List;

/**
 * What is known of a model on some documents. Everything else derives from these sums, and the sums
 * of two sets of documents add up to those of both.
 *
 * @param nll negative log-likelihood of all scored tokens, nats
 * @param nllSquared sum of the squares of each token's nll
 * @param tokens scored tokens
 * @param textTokens of the texts, scored or not
 * @param bytes of the original text in UTF-8
 * @param words of the original text, split on white space
 */
public record Sums(
    double nll,
    double nllSquared,
    long tokens,
    long textTokens,
    long bytes,
    long words,
    long documents) {
  public static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0);

  /** Of texts whose tokens are all scored. */
  public Sums(double nll, double nllSquared, long tokens, long bytes, long words, long documents) {
    this(nll, nllSquared, tokens, tokens, bytes, words, documents);
  }

  /** Those of both. */
  public Sums plus(Sums other) {
    return new Sums(
        nll + other.nll,
        nllSquared + other.nllSquared,
        tokens + other.tokens,
        textTokens + other.textTokens,
        bytes + other.bytes,
        words + other.words,
        documents + other.documents);
  }

  /** Those of all documents. */
  public static Sums of(List<DocumentSums> documents) {
    return documents.stream().map(DocumentSums::sums).reduce(NONE, Sums::plus);
  }
}
