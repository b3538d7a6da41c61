package dev.millrace.refinery.contamination;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rules;
import dev.millrace.refinery.stage.SharedStage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.Words;
import java.util.List;
import java.util.Optional;

/** Drops what overlaps with evaluation sets. */
public final class ContaminationStage implements SharedStage {
  private final EvaluationNGrams sets;
  private final List<Rule> rules;

  ContaminationStage(EvaluationNGrams sets, List<Rule> rules) {
    this.sets = sets;
    this.rules = rules;
  }

  @Override
  public Verdict judge(RefinedText text) {
    Overlap overlap = overlap(text.foldedWords());
    return new Rules(Contamination.NAME, rules)
        .judge("ngram", overlap::ngrams)
        .because(overlap.set())
        .verdict();
  }

  /** The set that a text would be dropped for. */
  public Optional<String> contaminatedBy(String text) {
    Overlap overlap = overlap(Words.of(text));
    return rules.get(0).fails(overlap.ngrams()) ? Optional.of(overlap.set()) : Optional.empty();
  }

  private Overlap overlap(Words text) {
    return sets.overlap(text);
  }
}
