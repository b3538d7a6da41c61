package dev.millrace.refinery.contamination;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.runtime.config.Default;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Documents that have n-grams of evaluation sets are dropped, under the set's name (Brown et al.
 * 2020, arXiv:2005.14165, appendix C: 13-grams of words in lower case without punctuation; here
 * also without diacritics, and with every number the same). Texts of fewer words have no n-gram.
 *
 * <p>A set that is added later holds from then on; the refinery then counts how many earlier
 * documents it would have dropped.
 *
 * @param ngram words of an n-gram
 * @param overlapsMax n-grams of the document, repeated ones each time, that may be in a set
 * @param sets files by name: plain text, or JSON Lines whose every string is a text
 */
public record Contamination(
    @Default("13") int ngram,
    @Default("0") int overlapsMax,
    @Default("{}") Map<String, Path> sets) {
  /** The family's name. */
  public static final String NAME = "contamination";

  public Contamination {
    if (ngram < 1) throw new IllegalArgumentException("ngram must be at least 1: " + ngram);
    if (overlapsMax < 0) {
      throw new IllegalArgumentException("overlapsMax must not be negative: " + overlapsMax);
    }
    sets = Map.copyOf(sets);
  }

  /** With its files looked for in this folder. */
  public Contamination in(Path folder) {
    Map<String, Path> there = new LinkedHashMap<>();
    sets.forEach((name, file) -> there.put(name, folder.resolve(file)));
    return new Contamination(ngram, overlapsMax, there);
  }

  /** With those of its sets alone that have one of these names. */
  public Contamination only(Set<String> names) {
    Map<String, Path> some = new LinkedHashMap<>(sets);
    some.keySet().retainAll(names);
    return new Contamination(ngram, overlapsMax, some);
  }

  /** With these sets beside its own, which win where the names are the same. */
  public Contamination and(Map<String, Path> more) {
    Map<String, Path> all = new LinkedHashMap<>(more);
    all.putAll(sets);
    return new Contamination(ngram, overlapsMax, all);
  }

  /** Its rules in the order in which they are judged. */
  public List<Rule> rules() {
    return List.of(Rule.atMost("ngram", overlapsMax).by("overlapsMax"));
  }

  /**
   * The stage, with the sets read; it may judge on several threads.
   *
   * @throws java.io.UncheckedIOException naming the file that cannot be read
   */
  public ContaminationStage stage() {
    return new ContaminationStage(EvaluationNGrams.read(sets, ngram), rules());
  }
}
