package dev.millrace.refinery.contamination;

import dev.millrace.refinery.dedup.Segment;
import dev.millrace.refinery.dedup.Shingles;
import dev.millrace.refinery.text.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hashes of all n-grams of named evaluation sets, with the set that each was first found in: 12
 * bytes each over the table's load. Immutable once it is read.
 */
final class EvaluationNGrams {
  private static final int CAPACITY_FIRST = 1 << 12;

  private final int n;
  private final List<String> names;
  private final Segment sets = new Segment(CAPACITY_FIRST);

  private EvaluationNGrams(int n, List<String> names) {
    this.n = n;
    this.names = names;
  }

  /** In the order of the names, so that the same files give the same answers. */
  static EvaluationNGrams read(Map<String, Path> files, int n) {
    Map<String, Path> ordered = new TreeMap<>(files);
    EvaluationNGrams all = new EvaluationNGrams(n, List.copyOf(ordered.keySet()));
    ordered.forEach(
        (name, file) -> {
          try {
            EvaluationTexts.of(file, text -> all.add(all.names.indexOf(name), text));
          } catch (IOException e) {
            throw new UncheckedIOException(
                "evaluation set %s: cannot read %s: %s".formatted(name, file, e.getMessage()), e);
          }
        });
    return all;
  }

  private void add(int set, String text) {
    for (long ngram : ngrams(Words.of(text))) sets.put(ngram, set);
  }

  /** What a text shares with all sets. */
  Overlap overlap(Words text) {
    int count = 0;
    int first = Segment.NOBODY;
    for (long ngram : ngrams(text)) {
      int set = sets.owner(ngram);
      if (set == Segment.NOBODY) continue;
      if (count++ == 0) first = set;
    }
    return new Overlap(count, count == 0 ? "" : names.get(first));
  }

  private long[] ngrams(Words words) {
    return words.count() < n ? new long[0] : Shingles.of(words, n);
  }
}
