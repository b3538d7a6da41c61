package dev.millrace.schemas.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of the GPT-2 family (Radford et al. 2019), as {@code GPT2LMHeadModel} reads it: learned
 * positions, pre-norm blocks with a four times wider inner layer, GELU by its tanh approximation,
 * the embedding table as output matrix.
 *
 * @param vocabularySize entries of the embedding table
 * @param contextLength positions, the longest sequence
 * @param width of the residual stream, a multiple of {@code heads}
 * @param heads attention heads per layer
 * @param layers blocks
 * @param dropout rate in training, of embeddings, attention weights and residual branches alike
 * @param endOfText id of the token between documents; {@code GPT2Config} leaves it at 50,256 unless
 *     told, which a smaller vocabulary has not
 * @param layerNormEpsilon added to the variance in layer norms
 */
public record Gpt2Spec(
    int vocabularySize,
    int contextLength,
    int width,
    int heads,
    int layers,
    double dropout,
    int endOfText,
    double layerNormEpsilon)
    implements CausalSpec {

  static final String FAMILY = "gpt2";
  private static final double LAYER_NORM_EPSILON = 1e-5;
  private static final double DROPOUT = 0.1;

  /**
   * Checks what every model must satisfy.
   *
   * @throws IllegalArgumentException naming the first setting that is out of bounds
   */
  public Gpt2Spec {
    Bounds.atLeastOne("vocabularySize", vocabularySize);
    Bounds.atLeastOne("contextLength", contextLength);
    Bounds.atLeastOne("width", width);
    Bounds.atLeastOne("heads", heads);
    Bounds.atLeastOne("layers", layers);
    Bounds.dividesAmong(width, heads);
    Bounds.dropout(dropout);
    Bounds.require(endOfText >= 0, "endOfText must not be negative: " + endOfText);
    Bounds.epsilon("layerNormEpsilon", layerNormEpsilon);
  }

  /** With the epsilon of GPT-2's own releases, 1e-5. */
  public Gpt2Spec(
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

  static Gpt2Spec from(ConfigJson config) {
    refuseVariants(config);
    return new Gpt2Spec(
        config.integer("vocab_size"),
        config.integer("n_positions"),
        config.integer("n_embd"),
        config.integer("n_head"),
        config.integer("n_layer"),
        config.number("resid_pdrop", DROPOUT),
        config.integer("eos_token_id"),
        config.number("layer_norm_epsilon", LAYER_NORM_EPSILON));
  }

  /** What {@code GPT2Config} can say and this record cannot: never read as something else. */
  private static void refuseVariants(ConfigJson config) {
    config.require(
        config.isAbsentOr("activation_function", "gelu_new")
            || config.isAbsentOr("activation_function", "gelu_pytorch_tanh"),
        "activation_function",
        "gelu_new");
    config.require(
        config.isAbsentOr("n_inner", 4 * config.integer("n_embd")), "n_inner", "4 * n_embd");
    config.require(config.isAbsentOr("tie_word_embeddings", true), "tie_word_embeddings", "true");
    config.require(config.isAbsentOr("scale_attn_weights", true), "scale_attn_weights", "true");
    config.require(
        config.isAbsentOr("scale_attn_by_inverse_layer_idx", false),
        "scale_attn_by_inverse_layer_idx",
        "false");
    config.require(config.isAbsentOr("add_cross_attention", false), "add_cross_attention", "false");
  }

  @Override
  public Gpt2Spec endingWith(int token) {
    if (endOfText < vocabularySize) return this;
    return new Gpt2Spec(
        vocabularySize, contextLength, width, heads, layers, dropout, token, layerNormEpsilon);
  }

  @Override
  public String family() {
    return FAMILY;
  }

  @Override
  public String toConfigJson() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("activation_function", "gelu_new");
    settings.put("architectures", List.of("GPT2LMHeadModel"));
    settings.put("attn_pdrop", dropout);
    settings.put("bos_token_id", endOfText);
    settings.put("embd_pdrop", dropout);
    settings.put("eos_token_id", endOfText);
    settings.put("initializer_range", 0.02);
    settings.put("layer_norm_epsilon", layerNormEpsilon);
    settings.put("model_type", FAMILY);
    settings.put("n_embd", width);
    settings.put("n_head", heads);
    settings.put("n_inner", null);
    settings.put("n_layer", layers);
    settings.put("n_positions", contextLength);
    settings.put("resid_pdrop", dropout);
    settings.put("tie_word_embeddings", true);
    settings.put("torch_dtype", "float32");
    settings.put("vocab_size", vocabularySize);
    return ConfigJson.write(settings);
  }
}
