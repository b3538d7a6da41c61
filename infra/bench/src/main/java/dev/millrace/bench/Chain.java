package dev.millrace.bench;

import dev.millrace.refinery.Outcome;
import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.StageName;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.RunFile;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Stages of the refinery with their default thresholds, as one thread runs them. */
final class Chain {
  /** Made for other documents, or needs a file. */
  static final Set<StageName> LEFT_OUT = EnumSet.of(StageName.CODE, StageName.QUALITY_CLASSIFIER);

  /** All filters of prose but language identification: the chain that the aim is about. */
  static final Set<StageName> FILTERS = filters();

  private static Set<StageName> filters() {
    Set<StageName> filters = EnumSet.complementOf(EnumSet.copyOf(LEFT_OUT));
    filters.removeAll(EnumSet.of(StageName.EXTRACTION, StageName.LANGUAGE));
    return filters;
  }

  private record Run(RefineryConfig refinery) {}

  private Chain() {}

  static RefineryChain of(Set<StageName> stages) {
    String names = stages.stream().map(StageName::toString).collect(Collectors.joining(", "));
    String run = "refinery:\n  stages: [" + names + "]\n";
    return new RefineryChain(RunFile.parse(run, "run.yaml", Run.class).value().refinery());
  }

  /** Judges them all; how many it keeps. */
  static int judge(RefineryChain chain, List<SourceDocument> documents) {
    int kept = 0;
    for (SourceDocument document : documents) {
      if (chain.judge(document) instanceof Outcome.Refined) kept++;
    }
    return kept;
  }
}
