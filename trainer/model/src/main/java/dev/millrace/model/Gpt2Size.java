package dev.millrace.model;

import dev.millrace.schemas.checkpoint.Gpt2Spec;

/**
 * The published sizes of GPT-2 (Radford et al. 2019) and GPT-3 (Brown et al. 2020,
 * arXiv:2005.14165, table 2.1), all as {@link Gpt2}.
 *
 * <p>Not built: GPT-3's locally banded sparse attention in every other layer (Child et al. 2019,
 * arXiv:1904.10509). All layers here are dense, which has the same parameters. Where the table's
 * heads, head widths and widths do not multiply, 16 heads of 128 make the 2,048 of XL and 40 of 128
 * the 5,120 of 13B, which it prints as 5,140.
 */
public enum Gpt2Size {
  GPT2(12, 768, 12, 1024),
  GPT2_MEDIUM(24, 1024, 16, 1024),
  GPT2_LARGE(36, 1280, 20, 1024),
  GPT2_XL(48, 1600, 25, 1024),
  GPT3_SMALL(12, 768, 12, 2048),
  GPT3_MEDIUM(24, 1024, 16, 2048),
  GPT3_LARGE(24, 1536, 16, 2048),
  GPT3_XL(24, 2048, 16, 2048),
  GPT3_2_7B(32, 2560, 32, 2048),
  GPT3_6_7B(32, 4096, 32, 2048),
  GPT3_13B(40, 5120, 40, 2048),
  GPT3_175B(96, 12288, 96, 2048);

  /** Entries of their byte-level vocabulary. */
  public static final int VOCABULARY_SIZE = 50257;

  private final int layers;
  private final int width;
  private final int heads;
  private final int contextLength;

  Gpt2Size(int layers, int width, int heads, int contextLength) {
    this.layers = layers;
    this.width = width;
    this.heads = heads;
    this.contextLength = contextLength;
  }

  /**
   * A model of this size, without dropout.
   *
   * @param endOfText id of the token between documents
   */
  public Gpt2Spec spec(int vocabularySize, int endOfText) {
    return new Gpt2Spec(vocabularySize, contextLength, width, heads, layers, 0, endOfText);
  }
}
