package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model is, without its weights: the {@code config.json} of a Hugging Face directory. Each
 * family is one record; a new one is a record, a line in {@code permits} and a line in {@link
 * #fromConfigJson}.
 */
public sealed interface ModelSpec permits CausalSpec, BartSpec, BertSpec {

  /** Entries of the embedding table; token ids are less. */
  int vocabularySize();

  /** The most tokens that one sequence may have. */
  int contextLength();

  /**
   * The rate in training, 0 to less than 1. Of a {@code config.json} with several it is that of the
   * residual branches: rates change no output, and whoever goes on from a model brings its own.
   */
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
      case BartSpec.FAMILY -> BartSpec.from(config);
      case BertSpec.FAMILY -> BertSpec.from(config);
      case LlamaSpec.FAMILY -> LlamaSpec.from(config);
      default ->
          throw new IllegalArgumentException(
              "config.json: model_type \""
                  + family
                  + "\" is not supported (supported: gpt2, openai-gpt, llama, bert, bart)");
    };
  }

  /**
   * The same model; where what ends its texts is no token that it has, they end with this one, the
   * tokenizer's.
   */
  default ModelSpec endingWith(int token) {
    return this;
  }

  /**
   * In which sizes another model of the family differs, in the words of {@code config.json}; empty
   * where in none.
   */
  default String sizeDifference(ModelSpec other) {
    JsonNode ours = ConfigJson.parse(toConfigJson()).root();
    JsonNode theirs = ConfigJson.parse(other.toConfigJson()).root();
    return SIZES.stream()
        .filter(ours::has)
        .filter(key -> !ours.get(key).equals(theirs.get(key)))
        .map(key -> "%s %s and not %s".formatted(key, theirs.get(key), ours.get(key)))
        .collect(Collectors.joining(", "));
  }

  /** What makes the shapes of weights, but for the vocabulary and the context. */
  List<String> SIZES =
      List.of(
          "n_layer",
          "n_head",
          "n_embd",
          "num_hidden_layers",
          "num_attention_heads",
          "num_key_value_heads",
          "hidden_size",
          "intermediate_size",
          "head_dim",
          "tie_word_embeddings",
          "d_model",
          "encoder_layers",
          "encoder_attention_heads",
          "encoder_ffn_dim",
          "decoder_layers",
          "decoder_attention_heads",
          "decoder_ffn_dim");
}
