package dev.millrace.trainer;

import static dev.millrace.model.Graph.IGNORED;

import dev.millrace.trainer.torch.Microbatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that one step trains on, in the curriculum's order.
 *
 * @param shape how its sequences were put together
 * @param microbatches in the order in which they are accumulated
 * @param firstOrdinal of the step
 * @param nextOrdinal the next step's first
 * @param nextOffset where that is, or later, in the curriculum topic
 */
record StepBatch(
    StepShape shape,
    List<Rows> microbatches,
    long firstOrdinal,
    long nextOrdinal,
    long nextOffset) {
  StepBatch {
    microbatches = List.copyOf(microbatches);
  }

  /**
   * Rows that go through the model together.
   *
   * @param rows what the tensors were made of
   */
  record Rows(List<Row> rows, Microbatch tensors) {

    /** Padded at the end to the longest: a causal model sees nothing of it. */
    static Rows of(List<Row> rows) {
      int length = Math.max(1, rows.stream().mapToInt(Row::length).max().orElse(1));
      long[] inputs = new long[rows.size() * length];
      long[] labels = new long[rows.size() * length];
      long[] segments = new long[rows.size() * length];
      int at = 0;
      for (Row row : rows) {
        for (int i = 0; i < length; i++, at++) {
          boolean padding = i >= row.length();
          inputs[at] = padding ? 0 : row.inputs()[i];
          labels[at] = padding ? IGNORED : row.labels()[i];
          segments[at] = padding ? -1 : row.segments()[i];
        }
      }
      return new Rows(
          List.copyOf(rows),
          new Microbatch(inputs, labels, Optional.of(segments), rows.size(), length));
    }

    private boolean hasTargets() {
      return rows.stream().anyMatch(row -> row.targetTokens() > 0);
    }
  }

  /** Divides a step's rows, in order, into microbatches, and rows that are too long into pieces. */
  static StepBatch of(
      List<Row> rows, StepShape shape, long firstOrdinal, long nextOrdinal, long nextOffset) {
    int size = shape.sequencesPerMicrobatch();
    List<Rows> microbatches = new ArrayList<>();
    for (int i = 0; i < rows.size(); i += size) {
      microbatches.add(
          Rows.of(
              rows.subList(i, Math.min(rows.size(), i + size)).stream()
                  .flatMap(row -> row.pieces(shape.contextLength()).stream())
                  .toList()));
    }
    return new StepBatch(
        shape,
        microbatches.stream().filter(Rows::hasTargets).toList(),
        firstOrdinal,
        nextOrdinal,
        nextOffset);
  }

  /** How many labels count in the whole step. */
  long targetTokens() {
    return microbatches.stream()
        .flatMap(microbatch -> microbatch.rows().stream())
        .mapToLong(Row::targetTokens)
        .sum();
  }

  /** The same with all that comes before it, from an ordinal on. */
  StepBatch since(long ordinal) {
    return new StepBatch(shape, microbatches, ordinal, nextOrdinal, nextOffset);
  }

  /** All rows that have targets beside them. */
  List<Row> rows() {
    return microbatches.stream().flatMap(microbatch -> microbatch.rows().stream()).toList();
  }
}
