package dev.millrace.evaluator.scoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Windows that go through the model together.
 *
 * @param windows longest first
 */
record Batch(List<Window> windows) {

  /**
   * Batches of windows of like length, so that little is padding, the longest first, so that memory
   * that does not suffice shows at once.
   *
   * @param tokensMax of a padded batch; one window at least is taken
   */
  static List<Batch> of(List<Window> windows, int tokensMax) {
    List<Window> byLength = new ArrayList<>(windows);
    byLength.sort(Comparator.comparingInt(Window::length).reversed()); // Stable.
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

  /** The longest window's. */
  int length() {
    return windows.get(0).length();
  }
}
