package dev.millrace.schemas.checkpoint;

import java.util.Map;

/**
 * Which tokens of {@code tokenizer.json} stand around and in place of texts: {@code
 * tokenizer_config.json}. Without it Hugging Face's library takes a tokenizer for the one that the
 * model's family was released with.
 *
 * @param begin as it is spelled
 * @param end as it is spelled
 * @param padding as it is spelled
 * @param mask as it is spelled
 */
public record TokenizerConfig(String begin, String end, String padding, String mask) {

  /** The text of the file; equal configurations give equal bytes. */
  public String toJson() {
    return ConfigJson.write(
        Map.of(
            "tokenizer_class",
            "PreTrainedTokenizerFast",
            "bos_token",
            begin,
            "cls_token",
            begin,
            "eos_token",
            end,
            "sep_token",
            end,
            "pad_token",
            padding,
            "mask_token",
            mask));
  }
}
