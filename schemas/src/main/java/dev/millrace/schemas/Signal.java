package dev.millrace.schemas;

import java.util.Locale;

/**
 * What is measured of a sequence, so that a curriculum can go by it: the names in a {@link
 * TokenSequence}'s signals.
 */
public enum Signal {
  /** Mean tokens of its segments. */
  LENGTH,
  /** Deflated bytes by bytes. */
  COMPRESSION_RATIO,
  /** Share of tokens with less than a quarter of the mean frequency. */
  RARE_TOKEN_RATE,
  /**
   * Mean nats of a token under the unigram counts, add-one smoothed (the sentence rarity of
   * Platanios et al. 2019, arXiv:1903.09848, by token).
   */
  UNIGRAM_SURPRISAL,
  /** Share of token 4-grams that occurred before in the same segment. */
  REPETITION,
  /** Mean quality of its documents by tokens, in [0, 1]. */
  QUALITY;

  /** As records and run files have it: {@code unigram-surprisal}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
