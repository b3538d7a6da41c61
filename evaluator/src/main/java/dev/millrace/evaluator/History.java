package dev.millrace.evaluator;

import dev.millrace.evaluator.scoring.Reading;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.SetEvaluation;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run's evaluations so far say about the next one: where to go on, and what to compare with.
 * It is read back from the {@code evaluations} topic, so that a restart knows as much.
 */
final class History {
  /** Where the sums of each document are, among a result's artifacts. */
  static final String DOCUMENT_SUMS = "documentSums";

  private final Map<Key, Standing> previous = new HashMap<>();
  private final Map<Key, Standing> best = new HashMap<>();
  private final Set<String> sums = new HashSet<>();
  private long nextOffset;
  private Optional<String> setId = Optional.empty();

  /**
   * What may be compared: another stride gives every token another context, another definition may
   * ask for other tokens.
   *
   * @param name of the set
   */
  record Key(String setId, int stride, String definition, String name) {
    static Key of(String setId, Reading reading, String name) {
      return new Key(setId, reading.windows().stride(), reading.definition(), name);
    }
  }

  /**
   * How an earlier checkpoint did on a set.
   *
   * @param sums the name of the sums of each document
   * @param documentSums URI of their file
   */
  record Standing(long step, double nllPerToken, String sums, Optional<String> documentSums) {}

  /** From the run's results in the order of the topic. */
  static History of(List<EvaluationResult> results) {
    History history = new History();
    results.forEach(history::add);
    return history;
  }

  void add(EvaluationResult result) {
    nextOffset = Math.max(nextOffset, result.getCheckpointOffset() + 1);
    sums.add(KeptSums.name(result));
    if (result.getStatus() != EvaluationStatus.EVALUATED) return;
    setId = Optional.of(result.getSetId());
    for (SetEvaluation set : result.getSets()) add(result, set);
  }

  private void add(EvaluationResult result, SetEvaluation set) {
    Key key = new Key(result.getSetId(), result.getStride(), result.getDefinition(), set.getName());
    Standing standing =
        new Standing(
            result.getStep(),
            set.getNllPerToken(),
            KeptSums.name(result),
            Optional.ofNullable(result.getArtifacts().get(DOCUMENT_SUMS)));
    previous.put(key, standing);
    best.merge(key, standing, (a, b) -> b.nllPerToken() < a.nllPerToken() ? b : a);
  }

  /** The first offset of {@code checkpoints} that has no result yet. */
  long nextOffset() {
    return nextOffset;
  }

  /** The held-out set of the last evaluation. */
  Optional<String> setId() {
    return setId;
  }

  /** The names of the sums of all results: kept, removed, or of an evaluation that was killed. */
  Set<String> sums() {
    return Collections.unmodifiableSet(sums);
  }

  /** Of these those that a later checkpoint may be compared with on one of the held-out sets. */
  Set<String> compared(Collection<String> setIds) {
    return Stream.of(previous, best)
        .flatMap(standings -> standings.entrySet().stream())
        .filter(standing -> setIds.contains(standing.getKey().setId()))
        .map(standing -> standing.getValue().sums())
        .collect(Collectors.toSet());
  }

  /** The last checkpoint that was evaluated on this set in this way. */
  Optional<Standing> previous(Key key) {
    return Optional.ofNullable(previous.get(key));
  }

  /** The one with the lowest mean nll, the earliest of equals. */
  Optional<Standing> best(Key key) {
    return Optional.ofNullable(best.get(key));
  }
}
