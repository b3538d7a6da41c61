package dev.millrace.schemas;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A branch that a run was told to cool down, and how far it is as {@code checkpoints} tells.
 *
 * @param cooldown as the trainer of the main line has acknowledged it
 * @param saved step of the branch's last checkpoint; empty: it has not begun
 */
public record CoolingBranch(ControlAcknowledged cooldown, OptionalLong saved) {
  /** Of an acknowledgement, if it is one of a cooldown that goes on. */
  static Optional<CoolingBranch> of(ControlAcknowledged answer) {
    boolean begins =
        answer.getCommand().getKind() == ControlKind.COOLDOWN
            && answer.getOutcome() == ControlOutcome.APPLIED
            && answer.getBranch() != null
            && Topics.isWord(answer.getBranch())
            && answer.getBranchSteps() != null;
    return begins ? Optional.of(new CoolingBranch(answer, OptionalLong.empty())) : Optional.empty();
  }

  CoolingBranch savedAt(OptionalLong step) {
    return new CoolingBranch(cooldown, step);
  }

  /** Of the run that it is. */
  public String name() {
    return cooldown.getBranch();
  }

  /** The step of the main line that it begins from. */
  public long firstStep() {
    return cooldown.getStep();
  }

  /** The step of its final checkpoint. */
  public long lastStep() {
    return cooldown.getStep() + cooldown.getBranchSteps();
  }

  /** Whether its final checkpoint is there. */
  public boolean isDone() {
    return saved.isPresent() && saved.getAsLong() >= lastStep();
  }

  /** In a few words. */
  public String state() {
    if (saved.isEmpty()) return "waits for a trainer";
    if (isDone()) return "done";
    return String.format(Locale.ROOT, "step %,d is saved", saved.getAsLong());
  }
}
