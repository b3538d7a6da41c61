package dev.millrace.model;

import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.GptSpec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.ModelSpec;

/** From what a checkpoint says to the architecture that computes it. */
public final class Architectures {
  private Architectures() {}

  /** Attention reaches over the whole row. */
  public static Architecture of(ModelSpec spec) {
    return of(spec, false);
  }

  /**
   * The architecture of a spec.
   *
   * @param documentMasks keep the documents of one row apart: the graph then wants {@link
   *     Graph.Input#SEGMENT_IDS}
   */
  public static Architecture of(ModelSpec spec, boolean documentMasks) {
    if (spec instanceof Gpt2Spec gpt2) return new Gpt2(gpt2, documentMasks);
    if (spec instanceof GptSpec gpt) return new Gpt(gpt, documentMasks);
    if (spec instanceof LlamaSpec llama) return new Llama(llama, documentMasks);
    if (documentMasks) {
      throw new IllegalArgumentException(
          "no document masks for " + spec.family() + ": the documents of its rows see each other");
    }
    if (spec instanceof BartSpec bart) return new Bart(bart);
    if (spec instanceof BertSpec bert) return new Bert(bert);
    throw new IllegalArgumentException("no architecture for " + spec.family());
  }
}
