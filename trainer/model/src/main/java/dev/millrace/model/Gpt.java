package dev.millrace.model;

import static dev.millrace.model.Graph.Activation.GELU_TANH;
import static dev.millrace.model.Graph.Input.INPUT_IDS;
import static dev.millrace.model.Graph.Input.LABELS;
import static dev.millrace.model.Graph.Input.SEGMENT_IDS;

import dev.millrace.model.Graph.Mask;
import dev.millrace.schemas.checkpoint.GptSpec;
import java.util.List;
import java.util.Optional;

/**
 * The first GPT (Radford et al. 2018): layer norms after each branch and none at the end, learned
 * positions, the embedding as output matrix. Parameters are named as in Hugging Face's {@code
 * OpenAIGPTLMHeadModel}, which initialises all matrices alike.
 *
 * @param documentMasks keeps the documents that share a row from seeing each other
 */
public record Gpt(GptSpec spec, boolean documentMasks) implements Architecture {
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
    V tokens = model.matrix("tokens_embed", spec.vocabularySize(), width);
    V places =
        model.embedding("positions_embed", graph.positions(ids), spec.contextLength(), width);
    Mask<V> mask = documentMasks ? Mask.causalWithin(graph.input(SEGMENT_IDS)) : Mask.onlyCausal();
    V x = graph.dropout(graph.add(graph.embedding(tokens, ids), places)); // [B, T, D]
    for (int i = 0; i < spec.layers(); i++) {
      Layers<V> layer = model.in("h", i);
      x = layer.block(x, y -> block(graph, layer, y, mask));
    }
    return List.of(new Head<>("lm", graph.linear(x, tokens, Optional.empty()), LABELS));
  }

  /** x [B, T, D]: [B, T, D]. */
  private <V> V block(Graph<V> graph, Layers<V> layer, V x, Mask<V> mask) {
    int width = spec.width();
    List<V> qkv = graph.split(layer.conv1d("attn.c_attn", x, width, 3 * width), 3);
    V attended =
        graph.attention(qkv.get(0), qkv.get(1), qkv.get(2), spec.heads(), spec.heads(), mask);
    V branch = graph.dropout(layer.conv1d("attn.c_proj", attended, width, width));
    V y = layer.layerNorm("ln_1", graph.add(x, branch), width, spec.layerNormEpsilon());

    V inner = graph.activation(GELU_TANH, layer.conv1d("mlp.c_fc", y, width, 4 * width));
    V second = graph.dropout(layer.conv1d("mlp.c_proj", inner, 4 * width, width));
    return layer.layerNorm("ln_2", graph.add(y, second), width, spec.layerNormEpsilon());
  }
}
