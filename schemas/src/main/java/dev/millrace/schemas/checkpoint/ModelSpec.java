package dev.millrace.schemas.checkpoint;

import java.util.Optional;

/**
 * What a model is, without its weights: the {@code config.json} of a Hugging Face directory. Each
 * family is one record; a new one is a record, a line in {@code permits} and a line in {@link
 * #fromConfigJson}.
 */
public sealed interface ModelSpec permits CausalSpec, BertSpec {

  /** Entries of the embedding table; token ids are less. */
  int vocabularySize();

  /** The most tokens that one sequence may have. */
  int contextLength();

  /** The rate in training, 0 to less than 1. */
  double dropout();

  /** {@code model_type} as Hugging Face names it. */
  String family();

  /**
   * The text of {@code config.json}: equal specs give equal bytes, and it reads back to an equal
   * spec.
   */
  String toConfigJson();

  /** The text of {@code generation_config.json}, of models that write texts. */
  default Optional<String> toGenerationConfigJson() {
    return Optional.empty();
  }

  /**
   * Reads a {@code config.json}, ours or one of theirs.
   *
   * @throws IllegalArgumentException in one line, if it is not JSON, of a family that is not built
   *     here, lacks a setting, or asks for a variant that would compute something else
   */
  static ModelSpec fromConfigJson(String text) {
    ConfigJson config = ConfigJson.parse(text);
    String family = config.text("model_type");
    return switch (family) {
      case Gpt2Spec.FAMILY -> Gpt2Spec.from(config);
      case GptSpec.FAMILY -> GptSpec.from(config);
      case BertSpec.FAMILY -> BertSpec.from(config);
      case LlamaSpec.FAMILY -> LlamaSpec.from(config);
      default ->
          throw new IllegalArgumentException(
              "config.json: model_type \""
                  + family
                  + "\" is not supported (supported: gpt2, openai-gpt, llama, bert)");
    };
  }
}
