package dev.millrace.trainer;

import static dev.millrace.model.Graph.IGNORED;

import dev.millrace.model.Graph.Input;
import java.util.List;
import java.util.Map;

/**
 * What a model learns from a sequence, or from a piece of one: a row of a microbatch.
 *
 * @param documentsSeen ids of those that its tokens are from
 * @param values for each of its inputs one value a position, or a single one
 * @param labels the language model's targets, one of the inputs
 */
record Example(String domain, List<String> documentsSeen, Map<Input, int[]> values, Input labels) {
  Example {
    documentsSeen = List.copyOf(documentsSeen);
    values = Map.copyOf(values);
  }

  /** Positions that have a label or could have one. */
  int length() {
    return values(labels).length;
  }

  /** How many labels count. */
  long targetTokens() {
    long count = 0;
    for (int label : values(labels)) if (label != IGNORED) count++;
    return count;
  }

  int[] values(Input input) {
    int[] own = values.get(input);
    if (own == null) throw new IllegalArgumentException("the example has no " + input);
    return own;
  }
}
