package dev.millrace.curriculum;

import dev.millrace.runtime.config.Default;
import dev.millrace.schemas.Signal;
import java.util.Map;
import java.util.Optional;

/**
 * A stretch of the curriculum.
 *
 * @param until target tokens after which the next phase begins; the last phase may go on for ever
 * @param order within each domain's window; a sequence is put off for eight windows at most
 * @param mixture share of target tokens by domain, in any unit; empty: all domains alike
 * @param difficulty the signal that {@link Order#EASY_TO_HARD} goes by
 * @param competenceStart share of the window that a beginner is ready for, c0 in (0, 1]
 * @param competenceTokens target tokens of the phase after which everything is fair game
 */
public record PhaseConfig(
    Optional<Long> until,
    @Default("arrival") Order order,
    @Default("{}") Map<String, Double> mixture,
    @Default("unigram-surprisal") Signal difficulty,
    @Default("0.1") double competenceStart,
    @Default("10M") long competenceTokens) {
  public PhaseConfig {
    require(until.isEmpty() || until.get() > 0, "until must be above 0: " + until);
    mixture.forEach(
        (domain, weight) ->
            require(
                weight >= 0 && Double.isFinite(weight),
                "mixture." + domain + " must be 0 or more: " + weight));
    require(
        mixture.isEmpty() || mixture.values().stream().anyMatch(w -> w > 0),
        "mixture must give some domain a weight above 0");
    require(Double.isFinite(sum(mixture)), "mixture must have a finite sum of weights: " + mixture);
    require(
        competenceStart > 0 && competenceStart <= 1,
        "competenceStart must be in (0, 1]: " + competenceStart);
    require(competenceTokens > 0, "competenceTokens must be above 0: " + competenceTokens);
    mixture = Map.copyOf(mixture);
  }

  /** What its order goes by; the difficulty where it goes by nothing. */
  public Signal signal() {
    return switch (order) {
      case SHORT_TO_LONG -> Signal.LENGTH;
      case QUALITY_LATE -> Signal.QUALITY;
      case ARRIVAL, SHUFFLED, EASY_TO_HARD -> difficulty;
    };
  }

  /** Share of a domain, of 1, where the run has that many domains. */
  double weight(String domain, int domains) {
    return weight(mixture, domain, domains);
  }

  /** The same for any mixture. */
  static double weight(Map<String, Double> mixture, String domain, int domains) {
    if (mixture.isEmpty()) return 1.0 / domains;
    return mixture.getOrDefault(domain, 0.0) / sum(mixture);
  }

  /** Must be finite, or no domain has a share. */
  static double sum(Map<String, Double> mixture) {
    return mixture.values().stream().mapToDouble(w -> w).sum();
  }

  /** Share of the window that the learner is ready for after so many target tokens of the phase. */
  double competence(long tokens) {
    double start = competenceStart * competenceStart;
    double grown = (double) tokens / competenceTokens * (1 - start);
    return Math.min(1, Math.sqrt(grown + start));
  }

  private static void require(boolean holds, String problem) {
    if (!holds) throw new IllegalArgumentException(problem);
  }
}
