package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.CheckpointPublished;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final List<String> NAMES =
      List.of("step-0-attempt-1", "step-10-attempt-1", "step-20-attempt-1", "step-30-attempt-1");
  private static final List<CheckpointPublished> ANNOUNCED =
      LongStream.of(0, 10, 20, 30).mapToObj(step -> announced(step, 1)).toList();
  private static final Set<String> ALL_EVALUATED = Set.copyOf(NAMES);

  private static CheckpointPublished announced(long step, int attempt) {
    return CheckpointPublished.newBuilder()
        .setRun("run")
        .setAttempt(attempt)
        .setStep(step)
        .setTokens(0)
        .setLoss(0)
        .setNextOrdinal(0)
        .setNextOffset(0)
        .setUri("file:///nowhere")
        .setFiles(Map.of())
        .setModelSpec("")
        .setTokenizer("")
        .setPublishedAt(Instant.EPOCH)
        .build();
  }

  @Test
  void keepsTheNewest() {
    assertEquals(
        Set.of("step-0-attempt-1", "step-10-attempt-1"),
        new Retention(2, true).expendable(NAMES, ANNOUNCED, ALL_EVALUATED, Optional.empty(), 1));
  }

  @Test
  void keepsTheBest() {
    assertEquals(
        Set.of("step-0-attempt-1"),
        new Retention(2, true)
            .expendable(NAMES, ANNOUNCED, ALL_EVALUATED, Optional.of("step-10-attempt-1"), 1));
  }

  @Test
  void keepsWhatHasNotBeenEvaluatedUnlessToldOtherwise() {
    Set<String> evaluated = Set.of("step-10-attempt-1");
    assertEquals(
        evaluated,
        new Retention(2, true).expendable(NAMES, ANNOUNCED, evaluated, Optional.empty(), 1));
    assertEquals(
        Set.of("step-0-attempt-1", "step-10-attempt-1"),
        new Retention(2, false).expendable(NAMES, ANNOUNCED, evaluated, Optional.empty(), 1));
  }

  @Test
  void newestMeansLastAnnouncedNotHighestStep() {
    List<CheckpointPublished> rewound =
        List.of(announced(0, 1), announced(10, 1), announced(20, 1), announced(15, 2));
    List<String> present =
        List.of("step-0-attempt-1", "step-10-attempt-1", "step-15-attempt-2", "step-20-attempt-1");
    assertEquals(
        Set.of("step-0-attempt-1", "step-10-attempt-1"),
        new Retention(2, false).expendable(present, rewound, Set.of(), Optional.empty(), 2));
  }

  @Test
  void clearsWhatEarlierTrainersNeverAnnounced() {
    List<String> present = List.of("step-30-attempt-1", "step-40-attempt-1", "step-40-attempt-2");
    assertEquals(
        Set.of("step-40-attempt-1"),
        new Retention(2, true).expendable(present, ANNOUNCED, Set.of(), Optional.empty(), 2));
  }

  @Test
  void touchesNothingElse() {
    List<String> present = List.of("notes", "step-x-attempt-1", "step-1-attempt-1-copy");
    assertEquals(
        Set.of(),
        new Retention(2, true).expendable(present, ANNOUNCED, Set.of(), Optional.empty(), 9));
  }

  @Test
  void findsTheHighestAttemptThatLeftADirectory() {
    assertEquals(
        12, Retention.lastAttempt(List.of("step-9-attempt-2", "step-1-attempt-12", "notes")));
    assertEquals(0, Retention.lastAttempt(List.of()));
  }
}
