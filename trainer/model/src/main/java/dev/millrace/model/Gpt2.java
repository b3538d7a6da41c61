package dev.millrace.model;

import static dev.millrace.model.Graph.Activation.GELU_TANH;
import static dev.millrace.model.Graph.Input.INPUT_IDS;
import static dev.millrace.model.Graph.Input.LABELS;
import static dev.millrace.model.Graph.Input.SEGMENT_IDS;

import dev.millrace.model.Graph.Mask;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.util.List;
import java.util.Optional;

/**
 * GPT-2 (Radford et al. 2019): pre-norm blocks, learned positions, the embedding as output matrix.
 * Parameters are named as in Hugging Face's {@code GPT2LMHeadModel}.
 *
 * @param documentMasks keeps the documents that share a row from seeing each other
 */
public record Gpt2(Gpt2Spec spec, boolean documentMasks) implements Architecture {
  private static final double DEVIATION = 0.02;

  @Override
  public Objective objective() {
    return Objective.CAUSAL;
  }

  @Override
  public <V> List<Head<V>> forward(Graph<V> graph) {
    Layers<V> model = new Layers<>(graph, "transformer.", DEVIATION);
    int width = spec.width();
    V ids = graph.input(INPUT_IDS);
    V tokens = model.matrix("wte", spec.vocabularySize(), width);
    V places = model.embedding("wpe", graph.positions(ids), spec.contextLength(), width);
    Mask<V> mask = documentMasks ? Mask.causalWithin(graph.input(SEGMENT_IDS)) : Mask.onlyCausal();
    V x = graph.dropout(graph.add(graph.embedding(tokens, ids), places)); // [B, T, D]
    for (int i = 0; i < spec.layers(); i++) {
      Layers<V> layer = model.in("h", i);
      x = layer.block(x, y -> block(graph, layer, y, mask));
    }
    V last = model.layerNorm("ln_f", x, width, spec.layerNormEpsilon());
    return List.of(new Head<>("lm", graph.linear(last, tokens, Optional.empty()), LABELS));
  }

  /** x [B, T, D]: [B, T, D]. */
  private <V> V block(Graph<V> graph, Layers<V> layer, V x, Mask<V> mask) {
    int width = spec.width();
    double epsilon = spec.layerNormEpsilon();
    // Two branches a layer add to the residual stream; this keeps its size with depth.
    Layers<V> residual = layer.scaled(1 / Math.sqrt(2.0 * spec.layers()));

    V normed = layer.layerNorm("ln_1", x, width, epsilon);
    List<V> qkv = graph.split(layer.conv1d("attn.c_attn", normed, width, 3 * width), 3);
    V attended =
        graph.attention(qkv.get(0), qkv.get(1), qkv.get(2), spec.heads(), spec.heads(), mask);
    V y = graph.add(x, graph.dropout(residual.conv1d("attn.c_proj", attended, width, width)));

    V wide = layer.conv1d("mlp.c_fc", layer.layerNorm("ln_2", y, width, epsilon), width, 4 * width);
    V inner = graph.activation(GELU_TANH, wide); // [B, T, 4 D]
    return graph.add(y, graph.dropout(residual.conv1d("mlp.c_proj", inner, 4 * width, width)));
  }
}
