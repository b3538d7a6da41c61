package dev.millrace.trainer;

import dev.millrace.runtime.config.Default;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.ModelSpec;

/**
 * The run file's {@code model} section: the architecture and its size. The vocabulary is the
 * tokenizer's.
 *
 * @param layers blocks
 * @param heads attention heads per layer
 * @param width of the residual stream, a multiple of {@code heads}
 * @param contextLength the longest sequence, tokens
 * @param dropout rate in training, 0 to less than 1; 0 where no text comes twice
 * @param documentMasks keep the documents that share a sequence from seeing each other; up to a
 *     tenth slower at a context of 1024
 */
public record ModelConfig(
    @Default("gpt2") Family family,
    @Default("12") int layers,
    @Default("12") int heads,
    @Default("768") int width,
    @Default("1024") int contextLength,
    @Default("0") double dropout,
    @Default("false") boolean documentMasks) {

  /** The architectures that can be trained. */
  public enum Family {
    GPT2
  }

  public ModelConfig {
    require(layers >= 1, "layers must be at least 1: " + layers);
    require(heads >= 1, "heads must be at least 1: " + heads);
    require(
        width >= 1 && width % heads == 0,
        "width must be a multiple of heads: " + width + " and " + heads);
    require(contextLength >= 2, "contextLength must be at least 2: " + contextLength);
    require(dropout >= 0 && dropout < 1, "dropout must be at least 0 and less than 1: " + dropout);
  }

  /** The model for a vocabulary. */
  public ModelSpec spec(Vocabulary vocabulary) {
    return switch (family) {
      case GPT2 ->
          new Gpt2Spec(
              vocabulary.size(),
              contextLength,
              width,
              heads,
              layers,
              dropout,
              vocabulary.endOfText());
    };
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
