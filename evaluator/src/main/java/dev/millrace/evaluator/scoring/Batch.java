package dev.millrace.evaluator.scoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Rows that go through the model together.
 *
 * @param passes longest first
 */
record Batch(List<Pass> passes) {

  /**
   * Batches of rows of like length, so that little is padding, the longest first, so that memory
   * that does not suffice shows at once.
   *
   * @param tokensMax of a padded batch; one row at least is taken
   */
  static List<Batch> of(List<Pass> passes, int tokensMax) {
    List<Pass> byLength = new ArrayList<>(passes);
    byLength.sort(Comparator.comparingInt(Pass::length).reversed()); // Stable.
    List<Batch> batches = new ArrayList<>();
    int from = 0;
    while (from < byLength.size()) {
      int rows = Math.max(1, tokensMax / byLength.get(from).length());
      int to = Math.min(byLength.size(), from + rows);
      batches.add(new Batch(List.copyOf(byLength.subList(from, to))));
      from = to;
    }
    return batches;
  }
}
