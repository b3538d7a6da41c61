package dev.millrace.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The branches that a run was told to cool down, built from records as they come, of both topics in
 * any order. Not for use by two threads at once.
 */
public final class CoolingBranches {
  private final List<CoolingBranch> begun = new ArrayList<>();
  private final Map<String, Long> saved =
      new HashMap<>(); // Run to the step of its last checkpoint.

  /** A record of {@code control.acknowledged}, of whatever command. */
  public void add(ControlAcknowledged answer) {
    CoolingBranch.of(answer).ifPresent(begun::add);
  }

  /**
   * A record of {@code checkpoints}.
   *
   * @param run whichever
   */
  public void add(String run, long step) {
    saved.merge(run, step, Math::max);
  }

  /** In the order in which they were asked for. */
  public List<CoolingBranch> all() {
    return begun.stream().map(branch -> branch.savedAt(step(branch.name()))).toList();
  }

  private OptionalLong step(String run) {
    Long step = saved.get(run);
    return step == null ? OptionalLong.empty() : OptionalLong.of(step);
  }
}
