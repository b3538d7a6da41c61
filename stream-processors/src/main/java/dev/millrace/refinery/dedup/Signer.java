package dev.millrace.refinery.dedup;

import com.dynatrace.hash4j.similarity.ElementHashProvider;
import com.dynatrace.hash4j.similarity.SimilarityHashPolicy;
import com.dynatrace.hash4j.similarity.SimilarityHasher;
import com.dynatrace.hash4j.similarity.SimilarityHashing;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import java.util.Optional;

/**
 * A document's dedup keys. A SuperMinHash signature (Ertl 2017, arXiv:1706.05698) of its word
 * shingles, bands x rows components of 32 bits, gives one key a band; the content hash gives one
 * more, and where URIs are compared the URI the last one. Every key is salted with its index, so
 * two documents share a key at the same index exactly where they share a key at all, but for chance
 * (2^-64 a pair of keys).
 *
 * <p>A worker: not for use by two threads at once.
 */
public final class Signer {
  /**
   * Names the computation. Keys of different schemes never match, so whatever changes a key must
   * change this name, and an index that was filled under another name is of no use.
   */
  public static final String SCHEME = "superminhash32-splitmix.1";

  private static final int COMPONENT_BITS = 32;
  private static final long CONTENT_SALT = 0xC0_47_E4_7A_54_1BL;

  private final DedupConfig config;
  private final SimilarityHashPolicy policy;
  private final SimilarityHasher hasher;

  public Signer(DedupConfig config) {
    this.config = config;
    policy = SimilarityHashing.superMinHash(config.bands() * config.rows(), COMPONENT_BITS);
    hasher = policy.createHasher();
  }

  /**
   * Its keys: one a band, then the content's, then the URI's where URIs are compared. A text
   * without words has no bands. A document without a URI has another key of its content instead, so
   * that every place has its meaning.
   *
   * @param content the content hash of these words
   */
  public long[] keys(Words words, ContentHash content, Optional<String> uri) {
    long[] shingles = Shingles.of(words, config.shingle());
    int bands = shingles.length == 0 ? 0 : config.bands();
    long[] keys = new long[bands + config.keys() - config.bands()];
    if (bands > 0) {
      byte[] signature = hasher.compute(ElementHashProvider.ofValues(shingles));
      for (int band = 0; band < bands; band++) keys[band] = bandKey(signature, band);
    }
    keys[bands] = contentKey(content);
    if (config.uris()) {
      keys[bands + 1] =
          uri.map(UriKey::folded)
              .filter(folded -> !folded.isEmpty())
              .map(UriKey::of)
              .orElseGet(() -> SplitMix.mix(keys[bands]));
    }
    return keys;
  }

  private long bandKey(byte[] signature, int band) {
    long key = SplitMix.mix(band + 1);
    for (int row = 0; row < config.rows(); row++) {
      key = SplitMix.mix(key ^ policy.getComponent(signature, band * config.rows() + row));
    }
    return key;
  }

  private static long contentKey(ContentHash content) {
    return SplitMix.mix(SplitMix.mix(CONTENT_SALT ^ content.high()) ^ content.low());
  }
}
