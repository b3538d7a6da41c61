package dev.millrace.schemas.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model of the BART family (Lewis et al. 2019, arXiv:1910.13461), as {@code
 * BartForConditionalGeneration} reads it: an encoder and a decoder with learned positions, a layer
 * norm after each branch, exact GELU, one embedding table for both sides and as output matrix.
 *
 * @param vocabularySize entries of the embedding table
 * @param contextLength positions of either side, the longest sequence
 * @param width of the residual streams, a multiple of both sides' heads
 * @param encoder its blocks
 * @param decoder its blocks
 * @param dropout rate in training, of embeddings, attention weights, inner layers and residual
 *     branches alike
 * @param beginOfText id of the token that begins a text
 * @param padding id of the token that fills rows
 * @param endOfText id of the token that ends a text
 * @param decoderStart id of the token that the decoder begins with
 */
public record BartSpec(
    int vocabularySize,
    int contextLength,
    int width,
    Side encoder,
    Side decoder,
    double dropout,
    int beginOfText,
    int padding,
    int endOfText,
    int decoderStart)
    implements ModelSpec {

  static final String FAMILY = "bart";
  private static final double DROPOUT = 0.1;

  /**
   * One of the two stacks.
   *
   * @param layers blocks
   * @param heads attention heads per layer
   * @param innerWidth of the inner layer
   */
  public record Side(int layers, int heads, int innerWidth) {
    public Side {
      Bounds.atLeastOne("layers", layers);
      Bounds.atLeastOne("heads", heads);
      Bounds.atLeastOne("innerWidth", innerWidth);
    }

    private static Side from(ConfigJson config, String name) {
      return new Side(
          config.integer(name + "_layers"),
          config.integer(name + "_attention_heads"),
          config.integer(name + "_ffn_dim"));
    }

    private void writeTo(Map<String, Object> settings, String name) {
      settings.put(name + "_layers", layers);
      settings.put(name + "_attention_heads", heads);
      settings.put(name + "_ffn_dim", innerWidth);
      settings.put(name + "_layerdrop", 0.0);
    }
  }

  /**
   * Checks what every model must satisfy.
   *
   * @throws IllegalArgumentException naming the first setting that is out of bounds
   */
  public BartSpec {
    Bounds.atLeastOne("vocabularySize", vocabularySize);
    Bounds.atLeastOne("contextLength", contextLength);
    Bounds.atLeastOne("width", width);
    for (Side side : List.of(encoder, decoder)) {
      Bounds.dividesAmong(width, side.heads());
    }
    Bounds.dropout(dropout);
    Bounds.token("beginOfText", beginOfText, vocabularySize);
    Bounds.token("padding", padding, vocabularySize);
    Bounds.token("endOfText", endOfText, vocabularySize);
    Bounds.token("decoderStart", decoderStart, vocabularySize);
  }

  static BartSpec from(ConfigJson config) {
    refuseVariants(config);
    return new BartSpec(
        config.integer("vocab_size"),
        config.integer("max_position_embeddings"),
        config.integer("d_model"),
        Side.from(config, "encoder"),
        Side.from(config, "decoder"),
        config.number("dropout", DROPOUT),
        config.integer("bos_token_id", 0),
        config.integer("pad_token_id", 1),
        config.integer("eos_token_id", 2),
        config.integer("decoder_start_token_id", 2));
  }

  /** What {@code BartConfig} can say, or could once, and this record cannot. */
  private static void refuseVariants(ConfigJson config) {
    config.require(config.isAbsentOr("activation_function", "gelu"), "activation_function", "gelu");
    for (String key :
        List.of(
            "scale_embedding",
            "normalize_before",
            "add_final_layer_norm",
            "add_bias_logits",
            "static_position_embeddings")) {
      config.require(config.isAbsentOr(key, false), key, "false");
    }
    config.require(config.isAbsentOr("normalize_embedding", true), "normalize_embedding", "true");
    config.require(config.isAbsentOr("tie_word_embeddings", true), "tie_word_embeddings", "true");
  }

  @Override
  public String family() {
    return FAMILY;
  }

  @Override
  public Optional<String> toGenerationConfigJson() {
    Map<String, Object> settings = new HashMap<>();
    putTokens(settings);
    return Optional.of(ConfigJson.write(settings));
  }

  @Override
  public String toConfigJson() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("activation_dropout", dropout);
    settings.put("activation_function", "gelu");
    settings.put("architectures", List.of("BartForConditionalGeneration"));
    settings.put("attention_dropout", dropout);
    settings.put("d_model", width);
    settings.put("dropout", dropout);
    settings.put("init_std", 0.02);
    settings.put("is_encoder_decoder", true);
    settings.put("max_position_embeddings", contextLength);
    settings.put("model_type", FAMILY);
    settings.put("scale_embedding", false);
    settings.put("tie_word_embeddings", true);
    settings.put("torch_dtype", "float32");
    settings.put("vocab_size", vocabularySize);
    encoder.writeTo(settings, "encoder");
    decoder.writeTo(settings, "decoder");
    putTokens(settings);
    return ConfigJson.write(settings);
  }

  private void putTokens(Map<String, Object> settings) {
    settings.put("bos_token_id", beginOfText);
    settings.put("decoder_start_token_id", decoderStart);
    settings.put("eos_token_id", endOfText);
    settings.put("forced_eos_token_id", endOfText);
    settings.put("pad_token_id", padding);
  }
}
