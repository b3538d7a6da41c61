package dev.millrace.model;

import static dev.millrace.model.Graph.Activation.GELU;
import static dev.millrace.model.Graph.Input.ATTENTION_MASK;
import static dev.millrace.model.Graph.Input.DECODER_INPUT_IDS;
import static dev.millrace.model.Graph.Input.DECODER_LABELS;
import static dev.millrace.model.Graph.Input.INPUT_IDS;

import dev.millrace.model.Graph.Mask;
import dev.millrace.schemas.checkpoint.BartSpec;
import java.util.List;
import java.util.Optional;

/**
 * BART (Lewis et al. 2019, arXiv:1910.13461): an encoder that sees all of a damaged text and a
 * decoder that writes the whole one, layer norms after each branch, one embedding for both and as
 * output matrix. Parameters are named as in Hugging Face's {@code BartForConditionalGeneration};
 * its {@code final_logits_bias}, which is zero and never trained, is not one of them.
 */
public record Bart(BartSpec spec) implements Architecture {
  private static final double DEVIATION = 0.02;
  private static final double EPSILON = 1e-5;

  /** Rows of the position tables before that of the first position. */
  private static final int FIRST_POSITION = 2;

  @Override
  public Objective objective() {
    return Objective.DENOISING;
  }

  @Override
  public <V> List<Head<V>> forward(Graph<V> graph) {
    V tokens = tokens(graph);
    Mask<V> real = Mask.of(graph.input(ATTENTION_MASK));
    V memory = encoded(graph, tokens, real);
    return List.of(written(graph, tokens, memory, real));
  }

  /** The encoder alone, what it makes of its text: [B, T, D]. */
  <V> V encoder(Graph<V> graph) {
    return encoded(graph, tokens(graph), Mask.of(graph.input(ATTENTION_MASK)));
  }

  /**
   * The decoder alone.
   *
   * @param memory what the encoder made of its text, [B, T, D]
   */
  <V> Head<V> decoder(Graph<V> graph, V memory) {
    return written(graph, tokens(graph), memory, Mask.of(graph.input(ATTENTION_MASK)));
  }

  private <V> V tokens(Graph<V> graph) {
    return model(graph).paddedMatrix("shared", spec.vocabularySize(), spec.width(), spec.padding());
  }

  private static <V> Layers<V> model(Graph<V> graph) {
    return new Layers<>(graph, "model.", DEVIATION);
  }

  private <V> Head<V> written(Graph<V> graph, V tokens, V memory, Mask<V> real) {
    V y = decoded(graph, tokens, memory, real); // [B, U, D]
    return new Head<>("lm", graph.linear(y, tokens, Optional.empty()), DECODER_LABELS);
  }

  private <V> V encoded(Graph<V> graph, V tokens, Mask<V> mask) {
    Layers<V> encoder = model(graph).in("encoder");
    V x = embedded(graph, encoder, tokens, graph.input(INPUT_IDS));
    for (int i = 0; i < spec.encoder().layers(); i++) {
      Layers<V> layer = encoder.in("layers", i);
      x =
          layer.block(
              x,
              y -> {
                V seen = attention(graph, layer, "self_attn", y, y, spec.encoder(), mask);
                return inner(graph, layer, seen, spec.encoder());
              });
    }
    return x;
  }

  private <V> V decoded(Graph<V> graph, V tokens, V memory, Mask<V> real) {
    Layers<V> decoder = model(graph).in("decoder");
    V x = embedded(graph, decoder, tokens, graph.input(DECODER_INPUT_IDS));
    BartSpec.Side side = spec.decoder();
    for (int i = 0; i < side.layers(); i++) {
      Layers<V> layer = decoder.in("layers", i);
      x =
          layer.block(
              x,
              y -> {
                V own = attention(graph, layer, "self_attn", y, y, side, Mask.onlyCausal());
                V seen = attention(graph, layer, "encoder_attn", own, memory, side, real);
                return inner(graph, layer, seen, side);
              });
    }
    return x;
  }

  private <V> V embedded(Graph<V> graph, Layers<V> side, V tokens, V ids) {
    V positions = graph.positions(ids, FIRST_POSITION);
    int rows = spec.contextLength() + FIRST_POSITION;
    V places = side.embedding("embed_positions", positions, rows, spec.width());
    V sum = graph.add(graph.embedding(tokens, ids), places);
    return graph.dropout(norm(side, "layernorm_embedding", sum));
  }

  /** x [B, T, D] looks at memory [B, S, D], and what it saw is added and normed: [B, T, D]. */
  private <V> V attention(
      Graph<V> graph,
      Layers<V> layer,
      String name,
      V x,
      V memory,
      BartSpec.Side side,
      Mask<V> mask) {
    Layers<V> a = layer.in(name);
    int width = spec.width();
    V q = a.linear("q_proj", x, width, width);
    V k = a.linear("k_proj", memory, width, width);
    V v = a.linear("v_proj", memory, width, width);
    V attended = graph.attention(q, k, v, side.heads(), side.heads(), mask);
    V branch = graph.dropout(a.linear("out_proj", attended, width, width));
    return norm(layer, name + "_layer_norm", graph.add(x, branch));
  }

  private <V> V inner(Graph<V> graph, Layers<V> layer, V x, BartSpec.Side side) {
    int width = spec.width();
    V wide = graph.activation(GELU, layer.linear("fc1", x, width, side.innerWidth()));
    V branch = layer.linear("fc2", graph.dropout(wide), side.innerWidth(), width);
    return norm(layer, "final_layer_norm", graph.add(x, graph.dropout(branch)));
  }

  private <V> V norm(Layers<V> layer, String name, V x) {
    return layer.layerNorm(name, x, spec.width(), EPSILON);
  }
}
