package dev.millrace.cli.plan;

import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A GPT-2, of any number of heads. */
record PlannedGpt2(Gpt2Spec spec) implements PlannedModel {

  static Optional<PlannedModel> of(
      int vocabularySize, int contextLength, int layers, int width, int heads) {
    return Optional.of(
        new PlannedGpt2(new Gpt2Spec(vocabularySize, contextLength, width, heads, layers, 0, 0)));
  }

  /** Embeddings and positions, twelve squares and thirteen vectors a layer, the last norm. */
  @Override
  public double estimate() {
    double width = spec.width();
    return (spec.vocabularySize() + spec.contextLength() + 2) * width
        + spec.layers() * (12 * width * width + 13 * width);
  }

  @Override
  public Map<String, Object> section() {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("family", "gpt2");
    section.put("layers", spec.layers());
    section.put("heads", spec.heads());
    section.put("width", spec.width());
    section.put("contextLength", spec.contextLength());
    return section;
  }
}
