package dev.millrace.model;

/**
 * What an architecture learns. Its inputs are in {@link Shapes#inputs}, with their shapes, and its
 * outputs in {@link Shapes#heads}; here is what rows must be made of. The loss is the sum over
 * heads of each head's mean over its targets.
 */
public enum Objective {
  /**
   * Each token from those before it (GPT, Llama). A row is text; {@code labels} are the tokens that
   * follow each, already shifted, and ignored where nothing follows. Padding stands at the end,
   * ignored, so that nothing sees it. {@code segment_ids}, where wanted, number the documents of a
   * row.
   */
  CAUSAL,
  /**
   * Some tokens from all others, and whether two texts belong together (Devlin et al. 2018,
   * arXiv:1810.04805). A row is {@code [CLS] first [SEP] second [SEP]}, some of it masked; {@code
   * token_type_ids} are 0 up to the first {@code [SEP]} and 1 after it, {@code attention_mask} is 0
   * in padding, {@code labels} are the original tokens where some were chosen and ignored
   * elsewhere, in place and not shifted; {@code next_sentence_label} is 0 where the second text
   * follows the first in its document, 1 where it is from another, ignored where there is none.
   */
  MASKED,
  /**
   * A whole text from a damaged one (Lewis et al. 2019, arXiv:1910.13461). {@code input_ids} are
   * the damaged text between its begin and end, {@code attention_mask} is 0 in its padding; {@code
   * decoder_input_ids} are the token that the decoder starts with and then the whole text, and its
   * {@code labels} the tokens that follow each of these, already shifted, up to the end of the
   * text, ignored in padding, which stands at the end.
   */
  DENOISING
}
