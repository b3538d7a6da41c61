package dev.millrace.curriculum;

import dev.millrace.runtime.config.Default;
import java.util.Collection;
import java.util.List;

/**
 * The run file's {@code curriculum:} section.
 *
 * @param lead sequences that may be released ahead of the trainer; a new mixture takes effect
 *     within so many
 * @param window sequences per domain that are held to choose from
 * @param starved what happens to the slot of a domain that has nothing to give
 * @param phases in order
 */
public record CurriculumConfig(
    @Default("512") int lead,
    @Default("256") int window,
    @Default("continue") Starved starved,
    @Default("[{}]") List<PhaseConfig> phases) {

  /** What happens to the slot of a domain that has nothing to give. */
  public enum Starved {
    /** The others go on; the domain catches up when it can. */
    CONTINUE,
    /** Everything waits: the mixture holds at any moment. */
    WAIT
  }

  public CurriculumConfig {
    require(lead >= 1, "lead must be at least 1: " + lead);
    require(window >= 1, "window must be at least 1: " + window);
    require(!phases.isEmpty(), "phases must name one at least");
    for (int i = 0; i < phases.size() - 1; i++) {
      require(
          phases.get(i).until().isPresent(),
          "phases[" + i + "] must say until: only the last may go on for ever");
    }
    phases = List.copyOf(phases);
  }

  /**
   * Checks what other sections decide.
   *
   * @param sequencesPerStep what the trainer takes at once
   * @param domains of the run
   * @throws IllegalArgumentException if the trainer could wait for the scheduler for ever, or a
   *     mixture names a domain that the run lacks
   */
  public void check(int sequencesPerStep, Collection<String> domains) {
    require(
        lead >= 2 * sequencesPerStep,
        "lead must be at least two steps' worth, " + 2 * sequencesPerStep + " sequences: " + lead);
    for (PhaseConfig phase : phases) {
      for (String domain : phase.mixture().keySet()) {
        require(
            domains.contains(domain),
            "mixture names " + domain + ", which is no domain of the run: " + domains);
      }
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
