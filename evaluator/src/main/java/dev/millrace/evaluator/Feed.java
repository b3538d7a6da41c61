package dev.millrace.evaluator;

import dev.millrace.evaluator.scoring.Row;
import dev.millrace.model.Graph;
import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.checkpoint.Probe;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Rows as the arrays that a model takes, padded on the right: one text a row, all of it of the
 * first kind of token.
 *
 * @param inputs what the model must be fed with
 */
record Feed(Set<Input> inputs) {
  private static final int PADDING = 0; // Nothing sees it, whatever it is.

  /** Every input for these rows: [rows * longest], or [rows]. */
  Map<Input, long[]> of(List<Row> rows) {
    Map<Input, long[]> batch = new EnumMap<>(Input.class);
    for (Input input : inputs) batch.put(input, values(input, rows));
    return batch;
  }

  /**
   * Every input for a probe.
   *
   * @throws IllegalArgumentException where the probe lacks one
   */
  Map<Input, long[]> of(Probe probe) {
    Map<Input, long[]> batch = new EnumMap<>(Input.class);
    for (Input input : inputs) {
      List<List<Integer>> rows =
          switch (input) {
            case INPUT_IDS -> probe.inputs();
            case LABELS, DECODER_LABELS -> probe.labels();
            default -> probe.further().getOrDefault(input.id(), List.of());
          };
      if (rows.isEmpty()) throw new IllegalArgumentException("the probe has no " + input.id());
      batch.put(input, rows.stream().flatMap(List::stream).mapToLong(i -> i).toArray());
    }
    return batch;
  }

  private static long[] values(Input input, List<Row> rows) {
    return switch (input) {
      case INPUT_IDS -> padded(rows, Row::inputs, PADDING);
      case DECODER_INPUT_IDS -> padded(rows, Row::decoderInputs, PADDING);
      case LABELS, DECODER_LABELS -> padded(rows, Row::labels, Graph.IGNORED);
      case ATTENTION_MASK -> padded(rows, row -> constant(row.inputs().length, 1), 0);
      case TOKEN_TYPE_IDS, SEGMENT_IDS -> padded(rows, row -> constant(row.inputs().length, 0), 0);
      case NEXT_SENTENCE_LABEL -> padded(rows, row -> constant(1, Graph.IGNORED), 0);
    };
  }

  private static int[] constant(int length, int value) {
    int[] constant = new int[length];
    Arrays.fill(constant, value);
    return constant;
  }

  private static long[] padded(List<Row> rows, Function<Row, int[]> side, int padding) {
    int longest = rows.stream().mapToInt(row -> side.apply(row).length).max().orElseThrow();
    long[] padded = new long[rows.size() * longest];
    Arrays.fill(padded, padding);
    int start = 0;
    for (Row row : rows) {
      int at = start;
      for (int value : side.apply(row)) padded[at++] = value;
      start += longest;
    }
    return padded;
  }
}
