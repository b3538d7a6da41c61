package dev.millrace.schemas.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of the first GPT's family (Radford et al. 2018), as {@code OpenAIGPTLMHeadModel} reads
 * it: learned positions, a layer norm after each branch, a four times wider inner layer, GELU by
 * its tanh approximation, the embedding table as output matrix.
 *
 * @param vocabularySize entries of the embedding table
 * @param contextLength positions, the longest sequence; 512 in the release
 * @param width of the residual stream, a multiple of {@code heads}
 * @param heads attention heads per layer
 * @param layers blocks
 * @param dropout rate in training, of embeddings, attention weights and residual branches alike
 * @param endOfText id of the token between documents; the release has none
 * @param layerNormEpsilon added to the variance in layer norms; 1e-5 in the release
 */
public record GptSpec(
    int vocabularySize,
    int contextLength,
    int width,
    int heads,
    int layers,
    double dropout,
    int endOfText,
    double layerNormEpsilon)
    implements CausalSpec {

  static final String FAMILY = "openai-gpt";
  private static final double LAYER_NORM_EPSILON = 1e-5;
  private static final double DROPOUT = 0.1;

  /**
   * Checks what every model must satisfy.
   *
   * @throws IllegalArgumentException naming the first setting that is out of bounds
   */
  public GptSpec {
    Bounds.atLeastOne("vocabularySize", vocabularySize);
    Bounds.atLeastOne("contextLength", contextLength);
    Bounds.atLeastOne("width", width);
    Bounds.atLeastOne("heads", heads);
    Bounds.atLeastOne("layers", layers);
    Bounds.dividesAmong(width, heads);
    Bounds.dropout(dropout);
    Bounds.token("endOfText", endOfText, vocabularySize);
    Bounds.epsilon("layerNormEpsilon", layerNormEpsilon);
  }

  /** With the epsilon of the release, 1e-5. */
  public GptSpec(
      int vocabularySize,
      int contextLength,
      int width,
      int heads,
      int layers,
      double dropout,
      int endOfText) {
    this(
        vocabularySize,
        contextLength,
        width,
        heads,
        layers,
        dropout,
        endOfText,
        LAYER_NORM_EPSILON);
  }

  static GptSpec from(ConfigJson config) {
    // There, "gelu" is the tanh approximation, whatever it is elsewhere.
    config.require(config.isAbsentOr("afn", "gelu"), "afn", "gelu");
    config.require(config.isAbsentOr("tie_word_embeddings", true), "tie_word_embeddings", "true");
    return new GptSpec(
        config.integer("vocab_size"),
        config.integer("n_positions"),
        config.integer("n_embd"),
        config.integer("n_head"),
        config.integer("n_layer"),
        config.number("resid_pdrop", DROPOUT),
        config.firstInteger("eos_token_id"),
        config.number("layer_norm_epsilon", LAYER_NORM_EPSILON));
  }

  @Override
  public String family() {
    return FAMILY;
  }

  @Override
  public String toConfigJson() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("afn", "gelu");
    settings.put("architectures", List.of("OpenAIGPTLMHeadModel"));
    settings.put("attn_pdrop", dropout);
    settings.put("bos_token_id", endOfText);
    settings.put("embd_pdrop", dropout);
    settings.put("eos_token_id", endOfText);
    settings.put("initializer_range", 0.02);
    settings.put("layer_norm_epsilon", layerNormEpsilon);
    settings.put("model_type", FAMILY);
    settings.put("n_embd", width);
    settings.put("n_head", heads);
    settings.put("n_layer", layers);
    settings.put("n_positions", contextLength);
    settings.put("resid_pdrop", dropout);
    settings.put("tie_word_embeddings", true);
    settings.put("torch_dtype", "float32");
    settings.put("vocab_size", vocabularySize);
    return ConfigJson.write(settings);
  }
}
