package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.evaluator.History.Standing;
import dev.millrace.evaluator.metrics.Sums;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.SetKind;
import dev.millrace.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HistoryTest {
  static {
    new Topics("").evaluations(); // Its serde makes Avro trust our records.
  }

  private static EvaluationResult result(
      long offset, EvaluationStatus status, String setId, double nllPerToken) {
    return EvaluationResult.newBuilder()
        .setRun("run")
        .setAttempt(1)
        .setStep(offset * 10)
        .setTokens(0)
        .setCheckpoint("")
        .setCheckpointOffset(offset)
        .setStatus(status)
        .setContextLength(8)
        .setStride(8)
        .setProvider("CPU")
        .setSetId(setId)
        .setSets(
            List.of(
                Results.set(
                    "mill",
                    SetKind.HELD_OUT,
                    new Sums(nllPerToken * 5, 100, 5, 5, 5, 1),
                    Optional.empty(),
                    Optional.empty(),
                    false)))
        .setArtifacts(Map.of(History.DOCUMENT_SUMS, "file:/" + offset))
        .setSeconds(0)
        .setEvaluatedAt(Instant.EPOCH)
        .build();
  }

  private static EvaluationResult evaluated(long offset, double nllPerToken) {
    return result(offset, EvaluationStatus.EVALUATED, "s", nllPerToken);
  }

  private static History.Key key(String setId, int stride, String name) {
    return new History.Key(setId, stride, "", name);
  }

  private static Optional<Long> step(Optional<Standing> standing) {
    return standing.map(Standing::step);
  }

  @Test
  void aRunWithoutResultsBeginsAtTheBeginning() {
    History none = History.of(List.of());
    assertEquals(0, none.nextOffset());
    assertEquals(Optional.empty(), none.setId());
    assertEquals(Optional.empty(), none.previous(key("s", 8, "mill")));
  }

  @Test
  void goesOnAfterTheLastResultOfAnyStatus() {
    History history =
        History.of(
            List.of(
                evaluated(3, 2),
                result(7, EvaluationStatus.REFUSED, "", Double.NaN),
                result(9, EvaluationStatus.PASSED_OVER, "", Double.NaN)));
    assertEquals(10, history.nextOffset());
    assertEquals(Optional.of("s"), history.setId());
  }

  @Test
  void previousIsTheLastAndBestTheLowestEvaluatedOne() {
    History history = History.of(List.of(evaluated(1, 4), evaluated(2, 2), evaluated(3, 3)));
    assertEquals(
        Optional.of(new Standing(30, 3, "step-30-attempt-1-offset-3", Optional.of("file:/3"))),
        history.previous(key("s", 8, "mill")));
    assertEquals(Optional.of(20L), step(history.best(key("s", 8, "mill"))));
    history.add(result(4, EvaluationStatus.REFUSED, "s", 1));
    assertEquals(Optional.of(30L), step(history.previous(key("s", 8, "mill"))));
    history.add(evaluated(5, 1));
    assertEquals(Optional.of(50L), step(history.best(key("s", 8, "mill"))));
  }

  @Test
  void theEarliestOfEquallyGoodOnesIsTheBest() {
    History history = History.of(List.of(evaluated(1, 2), evaluated(2, 2)));
    assertEquals(Optional.of(10L), step(history.best(key("s", 8, "mill"))));
  }

  @Test
  void comparesWithTheSumsOfPreviousAndBestOnSetsThatAreStillThere() {
    History history =
        History.of(
            List.of(
                result(1, EvaluationStatus.EVALUATED, "old", 1),
                evaluated(2, 2),
                evaluated(3, 3),
                evaluated(4, 3),
                result(5, EvaluationStatus.REFUSED, "", Double.NaN)));
    assertEquals(5, history.sums().size());
    assertEquals(
        Set.of("step-20-attempt-1-offset-2", "step-40-attempt-1-offset-4"),
        history.compared(List.of("s")));
    assertEquals(
        Set.of("step-10-attempt-1-offset-1"), history.compared(List.of("old", "unheard of")));
  }

  @Test
  void anotherSetIsNoComparison() {
    History history = History.of(List.of(evaluated(1, 4)));
    assertEquals(Optional.empty(), history.previous(key("other", 8, "mill")));
    assertEquals(Optional.empty(), history.best(key("s", 8, "town")));
    assertEquals(Optional.empty(), history.best(key("s", 4, "mill")), "another stride");
    History.Key others = new History.Key("s", 8, "one token in 16", "mill");
    assertEquals(Optional.empty(), history.best(others), "other tokens");
  }
}
