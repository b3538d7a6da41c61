package dev.millrace.schemas.checkpoint;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of the BERT family (Devlin et al. 2018, arXiv:1810.04805), as {@code BertForPreTraining}
 * reads it: learned positions, two kinds of token, a layer norm after each branch, exact GELU, the
 * embedding table as output matrix.
 *
 * @param vocabularySize entries of the embedding table
 * @param contextLength positions, the longest sequence
 * @param width of the residual stream, a multiple of {@code heads}
 * @param innerWidth of the inner layer
 * @param heads attention heads per layer
 * @param layers blocks
 * @param tokenTypes kinds of token, 2 for pairs of texts
 * @param dropout rate in training, of embeddings, attention weights and residual branches alike
 * @param padding id of the token that fills rows
 * @param layerNormEpsilon added to the variance in layer norms; 1e-12 in the releases
 */
public record BertSpec(
    int vocabularySize,
    int contextLength,
    int width,
    int innerWidth,
    int heads,
    int layers,
    int tokenTypes,
    double dropout,
    int padding,
    double layerNormEpsilon)
    implements ModelSpec {

  static final String FAMILY = "bert";
  private static final double DROPOUT = 0.1;
  private static final double LAYER_NORM_EPSILON = 1e-12;

  /**
   * Checks what every model must satisfy.
   *
   * @throws IllegalArgumentException naming the first setting that is out of bounds
   */
  public BertSpec {
    Bounds.atLeastOne("vocabularySize", vocabularySize);
    Bounds.atLeastOne("contextLength", contextLength);
    Bounds.atLeastOne("width", width);
    Bounds.atLeastOne("innerWidth", innerWidth);
    Bounds.atLeastOne("heads", heads);
    Bounds.atLeastOne("layers", layers);
    Bounds.atLeastOne("tokenTypes", tokenTypes);
    Bounds.dividesAmong(width, heads);
    Bounds.dropout(dropout);
    Bounds.token("padding", padding, vocabularySize);
    Bounds.epsilon("layerNormEpsilon", layerNormEpsilon);
  }

  static BertSpec from(ConfigJson config) {
    config.require(config.isAbsentOr("hidden_act", "gelu"), "hidden_act", "gelu");
    config.require(config.isAbsentOr("is_decoder", false), "is_decoder", "false");
    config.require(config.isAbsentOr("add_cross_attention", false), "add_cross_attention", "false");
    config.require(config.isAbsentOr("tie_word_embeddings", true), "tie_word_embeddings", "true");
    config.require(
        config.isAbsentOr("position_embedding_type", "absolute"),
        "position_embedding_type",
        "absolute");
    return new BertSpec(
        config.integer("vocab_size"),
        config.integer("max_position_embeddings"),
        config.integer("hidden_size"),
        config.integer("intermediate_size"),
        config.integer("num_attention_heads"),
        config.integer("num_hidden_layers"),
        config.integer("type_vocab_size", 2),
        config.number("hidden_dropout_prob", DROPOUT),
        config.integer("pad_token_id", 0),
        config.number("layer_norm_eps", LAYER_NORM_EPSILON));
  }

  @Override
  public String family() {
    return FAMILY;
  }

  @Override
  public String toConfigJson() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("architectures", List.of("BertForPreTraining"));
    settings.put("attention_probs_dropout_prob", dropout);
    settings.put("hidden_act", "gelu");
    settings.put("hidden_dropout_prob", dropout);
    settings.put("hidden_size", width);
    settings.put("initializer_range", 0.02);
    settings.put("intermediate_size", innerWidth);
    settings.put("layer_norm_eps", layerNormEpsilon);
    settings.put("max_position_embeddings", contextLength);
    settings.put("model_type", FAMILY);
    settings.put("num_attention_heads", heads);
    settings.put("num_hidden_layers", layers);
    settings.put("pad_token_id", padding);
    settings.put("tie_word_embeddings", true);
    settings.put("torch_dtype", "float32");
    settings.put("type_vocab_size", tokenTypes);
    settings.put("vocab_size", vocabularySize);
    return ConfigJson.write(settings);
  }
}
