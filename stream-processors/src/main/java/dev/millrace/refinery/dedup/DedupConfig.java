package dev.millrace.refinery.dedup;

import dev.millrace.runtime.config.Default;
import dev.millrace.schemas.DedupVerdict;

/**
 * Near dedup: the run file's {@code refinery.dedup}. Two documents collide where they share a band
 * of their MinHash signatures, so the similarity at which half of all pairs are caught is about
 * {@code (1 / bands)^(1 / rows)} (Leskovec et al., Mining of Massive Datasets, chapter 3).
 *
 * @param bands bands of the signature, at most 254; 14 x 8 are FineWeb's, 20 x 5 catches looser
 *     matches
 * @param rows hash values a band
 * @param shingle words a shingle
 * @param similarityMin how similar the number of shared bands must make two documents look, 0 to 1,
 *     for the later one to be dropped; 0: one shared band is enough. With more, some duplicates
 *     stay, see {@link SignatureIndex}
 * @param uris whether a document is dropped whose URI a kept one has, whatever its text
 * @param expectedDocuments kept documents for which the index takes its memory at once
 */
public record DedupConfig(
    @Default("14") int bands,
    @Default("8") int rows,
    @Default("5") int shingle,
    @Default("0") double similarityMin,
    @Default("false") boolean uris,
    @Default("1000000") long expectedDocuments) {

  public DedupConfig {
    positive("bands", bands);
    if (bands > DedupVerdict.BANDS_MAX) {
      throw new IllegalArgumentException(
          "bands must be at most " + DedupVerdict.BANDS_MAX + ": " + bands);
    }
    positive("rows", rows);
    positive("shingle", shingle);
    positive("expectedDocuments", expectedDocuments);
    if (!(similarityMin >= 0 && similarityMin <= 1)) {
      throw new IllegalArgumentException("similarityMin must be from 0 to 1: " + similarityMin);
    }
  }

  /**
   * What the Jaccard similarity of two documents' shingles is likely to be where they share so many
   * bands: the similarity at which that many are expected. Of one band it is the threshold.
   */
  public double similarity(int sharedBands) {
    return Math.pow((double) sharedBands / bands, 1.0 / rows);
  }

  /** How many bands must be shared for two documents to be {@link #similarityMin} similar. */
  int bandsMin() {
    int shared = 1;
    while (shared < bands && similarity(shared) < similarityMin) shared++;
    return shared;
  }

  /** Whether a document has so many keys: without words it has no bands. */
  public boolean fits(int keys) {
    return keys == keys() || keys == keys() - bands;
  }

  /** Keys of a document that has words. */
  int keys() {
    return bands + (uris ? 2 : 1);
  }

  private static void positive(String key, long value) {
    if (value < 1) throw new IllegalArgumentException(key + " must be at least 1: " + value);
  }
}
