package dev.millrace.cli.plan;

import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Rope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Llama as Llama 3 has them (Grattafiori et al. 2024, arXiv:2407.21783, table 3): queries share
 * eight heads of keys and values, or four where eight do not divide them, the gated layer is 3.5
 * times as wide as the model, waves have a base of 500,000. As in Llama 3.2's small ones the
 * embedding table is the output matrix below a width of 4096; below one of 1024, where there is
 * little to share, each query has its own keys and values.
 */
record PlannedLlama(LlamaSpec spec) implements PlannedModel {
  private static final int SHARED_FROM = 1024;
  private static final int UNTIED_FROM = 4096;
  private static final int INNER_STEP = 256; // What is wider is rounded up to, as in their code.
  private static final double THETA = 500_000;
  private static final double RMS_NORM_EPSILON = 1e-5;

  /** None where neither eight nor four divide the heads of one that shares. */
  static Optional<PlannedModel> of(
      int vocabularySize, int contextLength, int layers, int width, int heads) {
    if (width >= SHARED_FROM && heads % 4 != 0) return Optional.empty();
    int shared = heads % 8 == 0 ? 8 : 4;
    return Optional.of(
        new PlannedLlama(
            new LlamaSpec(
                vocabularySize,
                contextLength,
                width,
                (7 * width / 2 + INNER_STEP - 1) / INNER_STEP * INNER_STEP,
                heads,
                width < SHARED_FROM ? heads : shared,
                width / heads,
                layers,
                new Rope(THETA, new Rope.Unscaled()),
                width < UNTIED_FROM,
                0,
                0,
                0,
                RMS_NORM_EPSILON)));
  }

  /** Embeddings once or twice, queries, keys, values, outputs, three of the gate, and the norms. */
  @Override
  public double estimate() {
    double width = spec.width();
    double keys = (double) spec.keyValueHeads() * spec.headWidth();
    double tables = spec.tiedHead() ? 1 : 2;
    double layer = width * (2 * width + 2 * keys + 3.0 * spec.innerWidth() + 2);
    return tables * spec.vocabularySize() * width + spec.layers() * layer + width;
  }

  @Override
  public Map<String, Object> section() {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("family", "llama");
    section.put("layers", spec.layers());
    section.put("heads", spec.heads());
    section.put("keyValueHeads", spec.keyValueHeads());
    section.put("width", spec.width());
    section.put("intermediateSize", spec.innerWidth());
    section.put("contextLength", spec.contextLength());
    section.put("ropeTheta", (long) spec.rope().theta());
    section.put("tieWordEmbeddings", spec.tiedHead());
    return section;
  }
}
