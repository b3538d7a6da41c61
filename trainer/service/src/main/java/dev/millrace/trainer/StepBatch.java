package dev.millrace.trainer;

import static dev.millrace.model.Graph.IGNORED;

import dev.millrace.model.Graph.Axis;
import dev.millrace.model.Graph.Input;
import dev.millrace.trainer.torch.Microbatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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
  record Rows(List<Example> rows, Microbatch tensors) {

    /**
     * Padded at the end to the longest, each side of a model by itself.
     *
     * @param rows one at least, all with the same inputs
     * @param padding the token that fills them up
     */
    static Rows of(List<Example> rows, int padding) {
      Map<Axis, Integer> lengths = new EnumMap<>(Axis.class);
      for (Example row : rows) {
        row.values()
            .forEach((input, values) -> lengths.merge(input.axis(), values.length, Math::max));
      }
      Map<Input, long[]> inputs = new EnumMap<>(Input.class);
      for (Input input : rows.get(0).values().keySet()) {
        int length = Math.max(1, lengths.get(input.axis()));
        inputs.put(input, padded(rows, input, length, filling(input, padding)));
      }
      return new Rows(List.copyOf(rows), new Microbatch(inputs, rows.size()));
    }

    /** One row, which nothing pads. */
    static Rows alone(Example row) {
      return of(List.of(row), 0);
    }

    private static long[] padded(List<Example> rows, Input input, int length, int filling) {
      long[] all = new long[rows.size() * length];
      Arrays.fill(all, filling);
      for (int r = 0; r < rows.size(); r++) {
        int[] values = rows.get(r).values(input);
        for (int i = 0; i < values.length; i++) all[r * length + i] = values[i];
      }
      return all;
    }

    private static int filling(Input input, int padding) {
      return switch (input) {
        case INPUT_IDS, DECODER_INPUT_IDS -> padding;
        case ATTENTION_MASK, TOKEN_TYPE_IDS -> 0;
        case SEGMENT_IDS -> -1;
        case LABELS, DECODER_LABELS, NEXT_SENTENCE_LABEL -> IGNORED;
      };
    }

    private boolean hasTargets() {
      return rows.stream().anyMatch(row -> row.targetTokens() > 0);
    }
  }

  /** Divides a step's sequences, in order, into microbatches of what there is to learn of them. */
  static StepBatch of(
      Collator collator,
      List<PackedSequence> sequences,
      StepShape shape,
      long firstOrdinal,
      long nextOrdinal,
      long nextOffset) {
    List<List<Example>> examples = collator.examples(sequences, shape.contextLength());
    int size = shape.sequencesPerMicrobatch();
    List<Rows> microbatches = new ArrayList<>();
    for (int i = 0; i < examples.size(); i += size) {
      List<Example> rows =
          examples.subList(i, Math.min(examples.size(), i + size)).stream()
              .flatMap(List::stream)
              .toList();
      if (!rows.isEmpty()) microbatches.add(Rows.of(rows, collator.padding()));
    }
    return new StepBatch(
        shape,
        microbatches.stream().filter(Rows::hasTargets).toList(),
        firstOrdinal,
        nextOrdinal,
        nextOffset);
  }

  /** How many labels of the language model count in the whole step. */
  long targetTokens() {
    return rows().stream().mapToLong(Example::targetTokens).sum();
  }

  /** How many positions have a label or could have one. */
  long positions() {
    return rows().stream().mapToLong(Example::length).sum();
  }

  /**
   * How many targets of each head count in the whole step, at least 1.
   *
   * @param heads their labels
   */
  double[] targets(List<Input> heads) {
    return heads.stream()
        .mapToDouble(
            labels ->
                Math.max(
                    1,
                    microbatches.stream()
                        .mapToLong(microbatch -> microbatch.tensors().targets(labels))
                        .sum()))
        .toArray();
  }

  /** The same with all that comes before it, from an ordinal on. */
  StepBatch since(long ordinal) {
    return new StepBatch(shape, microbatches, ordinal, nextOrdinal, nextOffset);
  }

  /** All rows that have targets beside them. */
  List<Example> rows() {
    return microbatches.stream().flatMap(microbatch -> microbatch.rows().stream()).toList();
  }
}
