package dev.millrace.schemas.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of the Llama family (Touvron et al. 2023, arXiv:2302.13971), as {@code LlamaForCausalLM}
 * reads it: RMS norms before each branch, rotary positions, a gated inner layer (SwiGLU), keys and
 * values shared by groups of queries, no biases.
 *
 * @param vocabularySize entries of the embedding table
 * @param contextLength the longest sequence
 * @param width of the residual stream
 * @param innerWidth of the gated layer
 * @param heads attention heads per layer, a multiple of {@code keyValueHeads}
 * @param keyValueHeads heads of keys and values per layer
 * @param headWidth of each head, even; {@code width / heads} in all releases of Llama
 * @param layers blocks
 * @param tiedHead whether the embedding table is the output matrix
 * @param dropout rate in training, of attention weights, as there
 * @param beginOfText id of the token before a text
 * @param endOfText id of the token after a text; the first, where a {@code config.json} lists more
 * @param rmsNormEpsilon added to the mean square in norms
 */
public record LlamaSpec(
    int vocabularySize,
    int contextLength,
    int width,
    int innerWidth,
    int heads,
    int keyValueHeads,
    int headWidth,
    int layers,
    Rope rope,
    boolean tiedHead,
    double dropout,
    int beginOfText,
    int endOfText,
    double rmsNormEpsilon)
    implements CausalSpec {

  static final String FAMILY = "llama";

  /**
   * Checks what every model must satisfy.
   *
   * @throws IllegalArgumentException naming the first setting that is out of bounds
   */
  public LlamaSpec {
    Bounds.atLeastOne("vocabularySize", vocabularySize);
    Bounds.atLeastOne("contextLength", contextLength);
    Bounds.atLeastOne("width", width);
    Bounds.atLeastOne("innerWidth", innerWidth);
    Bounds.atLeastOne("heads", heads);
    Bounds.atLeastOne("keyValueHeads", keyValueHeads);
    Bounds.atLeastOne("layers", layers);
    Bounds.require(
        heads % keyValueHeads == 0,
        "heads must be a multiple of keyValueHeads: " + heads + " and " + keyValueHeads);
    Bounds.require(
        headWidth >= 2 && headWidth % 2 == 0,
        "headWidth must be even, since positions turn pairs: " + headWidth);
    Bounds.dropout(dropout);
    Bounds.token("beginOfText", beginOfText, vocabularySize);
    Bounds.token("endOfText", endOfText, vocabularySize);
    Bounds.epsilon("rmsNormEpsilon", rmsNormEpsilon);
  }

  static LlamaSpec from(ConfigJson config) {
    refuseVariants(config);
    int width = config.integer("hidden_size");
    int heads = config.integer("num_attention_heads");
    int contextLength = config.integer("max_position_embeddings");
    return new LlamaSpec(
        config.integer("vocab_size"),
        contextLength,
        width,
        config.integer("intermediate_size"),
        heads,
        config.integer("num_key_value_heads", heads),
        config.integer("head_dim", width / Math.max(1, heads)),
        config.integer("num_hidden_layers"),
        Rope.from(config, contextLength),
        !config.isAbsentOr("tie_word_embeddings", false),
        config.number("attention_dropout", 0),
        config.integer("bos_token_id"),
        config.firstInteger("eos_token_id"),
        config.number("rms_norm_eps", 1e-6));
  }

  /** What {@code LlamaConfig} can say and this record cannot: never read as something else. */
  private static void refuseVariants(ConfigJson config) {
    config.require(config.isAbsentOr("hidden_act", "silu"), "hidden_act", "silu");
    config.require(config.isAbsentOr("attention_bias", false), "attention_bias", "false");
    config.require(config.isAbsentOr("mlp_bias", false), "mlp_bias", "false");
    config.require(
        config.isAbsentOr("tie_word_embeddings", true)
            || config.isAbsentOr("tie_word_embeddings", false),
        "tie_word_embeddings",
        "true, false");
  }

  @Override
  public String family() {
    return FAMILY;
  }

  @Override
  public String toConfigJson() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("architectures", List.of("LlamaForCausalLM"));
    settings.put("attention_bias", false);
    settings.put("attention_dropout", dropout);
    settings.put("bos_token_id", beginOfText);
    settings.put("eos_token_id", endOfText);
    settings.put("head_dim", headWidth);
    settings.put("hidden_act", "silu");
    settings.put("hidden_size", width);
    settings.put("initializer_range", 0.02);
    settings.put("intermediate_size", innerWidth);
    settings.put("max_position_embeddings", contextLength);
    settings.put("mlp_bias", false);
    settings.put("model_type", FAMILY);
    settings.put("num_attention_heads", heads);
    settings.put("num_hidden_layers", layers);
    settings.put("num_key_value_heads", keyValueHeads);
    settings.put("rms_norm_eps", rmsNormEpsilon);
    rope.writeTo(settings);
    settings.put("tie_word_embeddings", tiedHead);
    settings.put("torch_dtype", "float32");
    settings.put("vocab_size", vocabularySize);
    return ConfigJson.write(settings);
  }
}
