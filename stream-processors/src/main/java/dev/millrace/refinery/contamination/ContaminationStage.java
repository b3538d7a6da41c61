package dev.millrace.refinery.contamination;

import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.SharedStage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.Words;
import java.util.Optional;

/** Drops what overlaps with evaluation sets. */
public final class ContaminationStage implements SharedStage {
  private final EvaluationNGrams sets;
  private final int overlapsMax;

  ContaminationStage(EvaluationNGrams sets, int overlapsMax) {
    this.sets = sets;
    this.overlapsMax = overlapsMax;
  }

  @Override
  public Verdict judge(RefinedText text) {
    Overlap overlap = overlap(text.foldedWords());
    return new Rules(Contamination.NAME)
        .atMost("ngram", overlapsMax, overlap::ngrams)
        .because(overlap.set())
        .verdict();
  }

  /** The set that a text would be dropped for. */
  public Optional<String> contaminatedBy(String text) {
    Overlap overlap = overlap(Words.of(text));
    return overlap.ngrams() > overlapsMax ? Optional.of(overlap.set()) : Optional.empty();
  }

  private Overlap overlap(Words text) {
    return sets.overlap(text);
  }
}
