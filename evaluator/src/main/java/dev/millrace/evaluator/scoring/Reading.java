package dev.millrace.evaluator.scoring;

import java.util.List;

/**
 * How texts are put to a model so that no token is scored twice, and each once unless the
 * definition says that some are left out: what "the perplexity" of a model with this objective is.
 */
public sealed interface Reading permits CausalReading, MaskedReading, DenoisingReading {

  /** The name in records: {@code causal}, {@code masked} or {@code denoising}. */
  String objective();

  /** What is scored, given what, in a sentence. */
  String definition();

  /** How texts are cut. */
  Windows windows();

  /** The passes of a document of so many tokens; none for an empty one. */
  List<Pass> passes(int document, int tokens);
}
