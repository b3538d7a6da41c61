package dev.millrace.model;

import static dev.millrace.model.Graph.Activation.GELU;
import static dev.millrace.model.Graph.Activation.TANH;
import static dev.millrace.model.Graph.Input.ATTENTION_MASK;
import static dev.millrace.model.Graph.Input.INPUT_IDS;
import static dev.millrace.model.Graph.Input.LABELS;
import static dev.millrace.model.Graph.Input.NEXT_SENTENCE_LABEL;
import static dev.millrace.model.Graph.Input.TOKEN_TYPE_IDS;

import dev.millrace.model.Graph.Init;
import dev.millrace.model.Graph.Mask;
import dev.millrace.schemas.checkpoint.BertSpec;
import java.util.List;
import java.util.Optional;

/**
 * BERT (Devlin et al. 2018, arXiv:1810.04805): an encoder with layer norms after each branch, a
 * head for masked tokens whose matrix is the embedding, and one for the next sentence. Parameters
 * are named as in Hugging Face's {@code BertForPreTraining}.
 */
public record Bert(BertSpec spec) implements Architecture {
  private static final double DEVIATION = 0.02;

  @Override
  public Objective objective() {
    return Objective.MASKED;
  }

  @Override
  public <V> List<Head<V>> forward(Graph<V> graph) {
    Layers<V> all = new Layers<>(graph, "", DEVIATION);
    Layers<V> bert = all.in("bert");
    Layers<V> cls = all.in("cls");
    int width = spec.width();
    V words =
        bert.in("embeddings")
            .paddedMatrix("word_embeddings", spec.vocabularySize(), width, spec.padding());
    Mask<V> mask = Mask.of(graph.input(ATTENTION_MASK));
    V x = embedded(graph, bert.in("embeddings"), words); // [B, T, D]
    for (int i = 0; i < spec.layers(); i++) {
      Layers<V> layer = bert.in("encoder.layer", i);
      x = layer.block(x, y -> block(graph, layer, y, mask));
    }
    V pooled = graph.activation(TANH, bert.linear("pooler.dense", graph.first(x), width, width));
    Layers<V> predictions = cls.in("predictions");
    V dense = graph.activation(GELU, predictions.linear("transform.dense", x, width, width));
    V transformed = norm(predictions, "transform.LayerNorm", dense);
    V bias = graph.parameter("cls.predictions.bias", Init.ZEROS, spec.vocabularySize());
    return List.of(
        new Head<>("mlm", graph.linear(transformed, words, Optional.of(bias)), LABELS),
        new Head<>("nsp", cls.linear("seq_relationship", pooled, width, 2), NEXT_SENTENCE_LABEL));
  }

  private <V> V embedded(Graph<V> graph, Layers<V> embeddings, V words) {
    V ids = graph.input(INPUT_IDS);
    int width = spec.width();
    V types = graph.input(TOKEN_TYPE_IDS);
    V typed = embeddings.embedding("token_type_embeddings", types, spec.tokenTypes(), width);
    V positions = graph.positions(ids);
    V places = embeddings.embedding("position_embeddings", positions, spec.contextLength(), width);
    V sum = graph.add(graph.add(graph.embedding(words, ids), typed), places);
    return graph.dropout(norm(embeddings, "LayerNorm", sum));
  }

  /** x [B, T, D]: [B, T, D]. */
  private <V> V block(Graph<V> graph, Layers<V> layer, V x, Mask<V> mask) {
    int width = spec.width();
    Layers<V> self = layer.in("attention.self");
    V q = self.linear("query", x, width, width);
    V k = self.linear("key", x, width, width);
    V v = self.linear("value", x, width, width);
    V attended = graph.attention(q, k, v, spec.heads(), spec.heads(), mask);
    V branch = graph.dropout(layer.linear("attention.output.dense", attended, width, width));
    V y = norm(layer, "attention.output.LayerNorm", graph.add(x, branch));

    V wide = layer.linear("intermediate.dense", y, width, spec.innerWidth());
    V inner = graph.activation(GELU, wide); // [B, T, inner]
    V second = graph.dropout(layer.linear("output.dense", inner, spec.innerWidth(), width));
    return norm(layer, "output.LayerNorm", graph.add(y, second));
  }

  private <V> V norm(Layers<V> layer, String name, V x) {
    return layer.layerNorm(name, x, spec.width(), spec.layerNormEpsilon());
  }
}
