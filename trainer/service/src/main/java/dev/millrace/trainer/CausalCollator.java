package dev.millrace.trainer;

import java.util.List;

/** Each token from those before it: {@link Row}. */
record CausalCollator() implements Collator {

  @Override
  public List<List<Example>> examples(List<PackedSequence> step, int contextLength) {
    return step.stream()
        .map(Row::of)
        .map(row -> row.pieces(contextLength).stream().map(Row::example).toList())
        .toList();
  }

  /** Any: nothing sees it. */
  @Override
  public int padding() {
    return 0;
  }
}
