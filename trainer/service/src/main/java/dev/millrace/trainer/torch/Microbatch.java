package dev.millrace.trainer.torch;

import dev.millrace.model.Graph;
import dev.millrace.model.Graph.Axis;
import dev.millrace.model.Graph.Input;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Rows that go through the model together, padded to one length.
 *
 * @param inputs what {@link dev.millrace.model.Shapes#inputs} asks for, and maybe more, row by row:
 *     [rows * length], or [rows] where {@link Input#axis} says so
 */
public record Microbatch(Map<Input, long[]> inputs, int rows) {
  public Microbatch {
    require(rows >= 1, "rows and length must be at least 1");
    Map<Axis, Integer> lengths = new EnumMap<>(Axis.class);
    lengths.put(Axis.ROW, 1);
    for (Map.Entry<Input, long[]> input : inputs.entrySet()) {
      int size = input.getValue().length;
      require(size > 0, "rows and length must be at least 1");
      Axis axis = input.getKey().axis();
      int length = lengths.computeIfAbsent(axis, first -> size / rows);
      require(
          size == rows * length,
          "%s must have rows * length = %d values: %d"
              .formatted(input.getKey().id(), rows * length, size));
    }
    inputs = new EnumMap<>(inputs);
  }

  /**
   * Rows of causal models; every array is [rows * length].
   *
   * @param inputIds tokens
   * @param labels the token that follows each, or {@link Graph#IGNORED}
   * @param segments equal within a document; wanted by architectures with document masks, and only
   *     read by those
   */
  public Microbatch(
      long[] inputIds, long[] labels, Optional<long[]> segments, int rows, int length) {
    this(causal(inputIds, labels, segments, Math.multiplyExact(rows, length)), rows);
  }

  private static Map<Input, long[]> causal(
      long[] inputIds, long[] labels, Optional<long[]> segments, int size) {
    Map<Input, long[]> inputs = new EnumMap<>(Input.class);
    inputs.put(Input.INPUT_IDS, inputIds);
    inputs.put(Input.LABELS, labels);
    segments.ifPresent(ids -> inputs.put(Input.SEGMENT_IDS, ids));
    inputs.forEach(
        (input, values) ->
            require(
                values.length == size,
                "%s must have rows * length = %d values: %d"
                    .formatted(input.id(), size, values.length)));
    return inputs;
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }

  /** Tokens a row. */
  public int length() {
    return inputIds().length / rows;
  }

  public long[] inputIds() {
    return values(Input.INPUT_IDS);
  }

  public long[] labels() {
    return values(Input.LABELS);
  }

  public Optional<long[]> segments() {
    return Optional.ofNullable(inputs.get(Input.SEGMENT_IDS));
  }

  /** How many labels count. */
  public long targetTokens() {
    return targets(Input.LABELS);
  }

  /** How many of a head's targets count. */
  public long targets(Input labels) {
    long count = 0;
    for (long label : values(labels)) if (label != Graph.IGNORED) count++;
    return count;
  }

  long[] values(Input input) {
    long[] values = inputs.get(input);
    if (values == null) throw new IllegalArgumentException("the microbatch has no " + input.id());
    return values;
  }
}
