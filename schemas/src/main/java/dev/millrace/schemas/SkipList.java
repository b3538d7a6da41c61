package dev.millrace.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ordinals that commands have put beyond training. A range is added when the position is at its
 * first ordinal or before it, so that no step that was done could have been another: a step is a
 * function of its position and of this list, whenever the list is read back from the log.
 */
public final class SkipList {
  private final TreeMap<Long, Long> ranges = new TreeMap<>(); // First to next, apart.

  /** Adds the ordinals from one to before another; they may be there in part. */
  public void add(long firstOrdinal, long nextOrdinal) {
    if (firstOrdinal >= nextOrdinal) return;
    long first = firstOrdinal;
    long next = nextOrdinal;
    Map.Entry<Long, Long> touching = ranges.floorEntry(next);
    while (touching != null && touching.getValue() >= first) {
      first = Math.min(first, touching.getKey());
      next = Math.max(next, touching.getValue());
      ranges.remove(touching.getKey());
      touching = ranges.floorEntry(next);
    }
    ranges.put(first, next);
  }

  /** Whether no step may take it. */
  public boolean cover(long ordinal) {
    Map.Entry<Long, Long> range = ranges.floorEntry(ordinal);
    return range != null && ordinal < range.getValue();
  }

  /** What of these ordinals it covers, ascending. */
  public List<OrdinalRange> within(long firstOrdinal, long nextOrdinal) {
    List<OrdinalRange> covered = new ArrayList<>();
    ranges.forEach(
        (first, next) -> {
          long from = Math.max(first, firstOrdinal);
          long to = Math.min(next, nextOrdinal);
          if (from < to) covered.add(new OrdinalRange(from, to));
        });
    return covered;
  }

  /** How many of these ordinals it covers. */
  public long count(long firstOrdinal, long nextOrdinal) {
    return within(firstOrdinal, nextOrdinal).stream()
        .mapToLong(range -> range.getNextOrdinal() - range.getFirstOrdinal())
        .sum();
  }
}
