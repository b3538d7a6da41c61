package dev.millrace.model;

import static dev.millrace.model.Graph.Activation.SILU;
import static dev.millrace.model.Graph.Input.INPUT_IDS;
import static dev.millrace.model.Graph.Input.LABELS;
import static dev.millrace.model.Graph.Input.SEGMENT_IDS;

import dev.millrace.model.Graph.Mask;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import java.util.List;
import java.util.Optional;

/**
 * Llama (Touvron et al. 2023, arXiv:2302.13971): RMS norms before each branch, rotary positions,
 * SwiGLU (Shazeer 2020, arXiv:2002.05202), grouped queries. Parameters are named as in Hugging
 * Face's {@code LlamaForCausalLM}, which initialises all matrices alike.
 *
 * @param documentMasks keeps the documents that share a row from seeing each other
 */
public record Llama(LlamaSpec spec, boolean documentMasks) implements Architecture {
  private static final double DEVIATION = 0.02;

  @Override
  public Objective objective() {
    return Objective.CAUSAL;
  }

  @Override
  public <V> List<Head<V>> forward(Graph<V> graph) {
    Layers<V> all = new Layers<>(graph, "", DEVIATION);
    Layers<V> model = all.in("model");
    int width = spec.width();
    V ids = graph.input(INPUT_IDS);
    V positions = graph.positions(ids);
    V tokens = model.matrix("embed_tokens", spec.vocabularySize(), width);
    Mask<V> mask = documentMasks ? Mask.causalWithin(graph.input(SEGMENT_IDS)) : Mask.onlyCausal();
    V x = graph.embedding(tokens, ids); // [B, T, D]
    for (int i = 0; i < spec.layers(); i++) {
      Layers<V> layer = model.in("layers", i);
      x = layer.block(x, y -> block(graph, layer, y, positions, mask));
    }
    V last = model.rmsNorm("norm", x, width, spec.rmsNormEpsilon());
    V output = spec.tiedHead() ? tokens : all.matrix("lm_head", spec.vocabularySize(), width);
    return List.of(new Head<>("lm", graph.linear(last, output, Optional.empty()), LABELS));
  }

  /** x [B, T, D]: [B, T, D]. */
  private <V> V block(Graph<V> graph, Layers<V> layer, V x, V positions, Mask<V> mask) {
    int width = spec.width();
    V normed = layer.rmsNorm("input_layernorm", x, width, spec.rmsNormEpsilon());
    V y = graph.add(x, attention(graph, layer.in("self_attn"), normed, positions, mask));
    V again = layer.rmsNorm("post_attention_layernorm", y, width, spec.rmsNormEpsilon());
    return graph.add(y, gated(graph, layer.in("mlp"), again));
  }

  private <V> V attention(Graph<V> graph, Layers<V> layer, V x, V positions, Mask<V> mask) {
    int width = spec.width();
    int queries = spec.heads() * spec.headWidth();
    int keys = spec.keyValueHeads() * spec.headWidth();
    Rotation rotation = Rotation.of(spec.rope(), spec.headWidth());
    V q = graph.rotary(layer.linearWithoutBias("q_proj", x, width, queries), positions, rotation);
    V k = graph.rotary(layer.linearWithoutBias("k_proj", x, width, keys), positions, rotation);
    V v = layer.linearWithoutBias("v_proj", x, width, keys);
    V attended = graph.attention(q, k, v, spec.heads(), spec.keyValueHeads(), mask);
    return layer.linearWithoutBias("o_proj", attended, queries, width);
  }

  /** Through [B, T, inner]. */
  private <V> V gated(Graph<V> graph, Layers<V> layer, V x) {
    int width = spec.width();
    int inner = spec.innerWidth();
    V gate = graph.activation(SILU, layer.linearWithoutBias("gate_proj", x, width, inner));
    V product = graph.multiply(gate, layer.linearWithoutBias("up_proj", x, width, inner));
    return layer.linearWithoutBias("down_proj", product, inner, width);
  }
}
