package dev.millrace.refinery.dedup;

import dev.millrace.runtime.config.Default;

/**
 * Near dedup: the run file's {@code refinery.dedup}. Two documents collide where they share a band
 * of their MinHash signatures, so the similarity at which half of all pairs are caught is about
 * {@code (1 / bands)^(1 / rows)} (Leskovec et al., Mining of Massive Datasets, chapter 3).
 *
 * @param bands bands of the signature, at most 255; 14 x 8 are FineWeb's, 20 x 5 catches looser
 *     matches
 * @param rows hash values a band
 * @param shingle words a shingle
 * @param expectedDocuments kept documents for which the index takes its memory at once
 */
public record DedupConfig(
    @Default("14") int bands,
    @Default("8") int rows,
    @Default("5") int shingle,
    @Default("1000000") long expectedDocuments) {

  private static final int BANDS_MAX = 255;

  public DedupConfig {
    positive("bands", bands);
    if (bands > BANDS_MAX)
      throw new IllegalArgumentException("bands must be at most 255: " + bands);
    positive("rows", rows);
    positive("shingle", shingle);
    positive("expectedDocuments", expectedDocuments);
  }

  /**
   * What the Jaccard similarity of two documents' shingles is likely to be where they share so many
   * bands: the similarity at which that many are expected. Of one band it is the threshold.
   */
  public double similarity(int sharedBands) {
    return Math.pow((double) sharedBands / bands, 1.0 / rows);
  }

  private static void positive(String key, long value) {
    if (value < 1) throw new IllegalArgumentException(key + " must be at least 1: " + value);
  }
}
