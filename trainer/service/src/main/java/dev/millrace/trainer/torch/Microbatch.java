package dev.millrace.trainer.torch;

import dev.millrace.model.Graph;
import java.util.Optional;

/**
 * Rows that go through the model together, all of one length; every array is [rows * length].
 *
 * @param inputIds tokens
 * @param labels the token that follows each, or {@link Graph#IGNORED}
 * @param segments equal within a document; wanted by architectures with document masks, and only
 *     read by those
 */
public record Microbatch(
    long[] inputIds, long[] labels, Optional<long[]> segments, int rows, int length) {
  public Microbatch {
    if (rows < 1 || length < 1) {
      throw new IllegalArgumentException("rows and length must be at least 1");
    }
    int size = Math.multiplyExact(rows, length);
    requireSize("inputIds", inputIds, size);
    requireSize("labels", labels, size);
    segments.ifPresent(ids -> requireSize("segments", ids, size));
  }

  private static void requireSize(String name, long[] values, int size) {
    if (values.length != size) {
      throw new IllegalArgumentException(
          "%s must have rows * length = %d values: %d".formatted(name, size, values.length));
    }
  }

  /** How many labels count. */
  public long targetTokens() {
    long count = 0;
    for (long label : labels) if (label != Graph.IGNORED) count++;
    return count;
  }

  long[] values(Graph.Input input) {
    return switch (input) {
      case INPUT_IDS -> inputIds;
      case LABELS -> labels;
      case SEGMENT_IDS ->
          segments.orElseThrow(
              () -> new IllegalArgumentException("document masks want segments in a microbatch"));
    };
  }
}
