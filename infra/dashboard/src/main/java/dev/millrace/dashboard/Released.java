package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What the curriculum has released, in blocks of ordinals: the mean of signals in each, and where
 * phases begin. In memory that is bounded: at its limit two neighbours become one, and from then on
 * blocks are twice as wide, and so on.
 *
 * <p>Not for use by two threads at once.
 */
final class Released {
  private final List<Signal> signals;
  private final int blocksMax;
  private final List<Block> blocks = new ArrayList<>();
  private final Map<Integer, Beginning> phases = new TreeMap<>();
  private long width = 1;
  private long expected;

  /**
   * Where a phase begins.
   *
   * @param ordinal the first that was seen of it
   * @param exact whether the one before it was seen too
   */
  private record Beginning(long ordinal, boolean exact) {}

  /**
   * @param signals to keep the means of
   */
  Released(List<Signal> signals, int blocksMax) {
    if (blocksMax < 2) throw new IllegalArgumentException("blocksMax must be at least 2");
    this.signals = List.copyOf(signals);
    this.blocksMax = blocksMax;
  }

  /**
   * @param released ordinals must ascend; some may be left out
   */
  void add(CurriculumSequence released) {
    long ordinal = released.getOrdinal();
    phases.putIfAbsent(released.getPhase(), new Beginning(ordinal, ordinal == expected));
    expected = ordinal + 1;
    long first = ordinal - ordinal % width;
    if (blocks.isEmpty() || last().first != first) blocks.add(new Block(first));
    last().add(released.getSequence().getSignals());
    if (blocks.size() > blocksMax) widen();
  }

  private Block last() {
    return blocks.get(blocks.size() - 1);
  }

  private void widen() {
    width *= 2;
    List<Block> before = List.copyOf(blocks);
    blocks.clear();
    for (Block block : before) {
      long first = block.first - block.first % width;
      if (blocks.isEmpty() || last().first != first) blocks.add(new Block(first));
      last().add(block);
    }
  }

  /** Means are null where no sequence has the signal. */
  ObjectNode json() {
    ObjectNode node = Json.object().put("width", width);
    node.set("ordinal", column(block -> block.first));
    ObjectNode means = node.putObject("signals");
    for (int i = 0; i < signals.size(); i++) {
      int at = i;
      means.set(signals.get(i).key(), column(block -> block.sums[at] / block.counts[at]));
    }
    ArrayNode list = node.putArray("phases");
    phases.forEach(
        (phase, begin) ->
            list.addObject()
                .put("phase", phase)
                .put("ordinal", begin.ordinal())
                .put("exact", begin.exact()));
    return node;
  }

  private ArrayNode column(ToDoubleFunction<Block> value) {
    ArrayNode column = Json.array();
    for (Block block : blocks) column.add(Json.number(value.applyAsDouble(block)));
    return column;
  }

  /** Sums over some neighbours, by signal. */
  private final class Block {
    private final long first;
    private final double[] sums = new double[signals.size()];
    private final long[] counts = new long[signals.size()];

    Block(long first) {
      this.first = first;
    }

    void add(Map<String, Double> values) {
      for (int i = 0; i < sums.length; i++) {
        Double value = values.get(signals.get(i).key());
        if (value == null || !Double.isFinite(value)) continue;
        sums[i] += value;
        counts[i]++;
      }
    }

    void add(Block other) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += other.sums[i];
        counts[i] += other.counts[i];
      }
    }
  }
}
