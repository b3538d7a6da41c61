package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.checkpoint.TrainerState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

  private static TrainerState state(int attempt, String curriculum) {
    return TrainerState.start("run", attempt, 0, "4x2", "fp32", "", curriculum);
  }

  /** All of one curriculum. */
  private static Map<String, TrainerState> present(String... names) {
    return Arrays.stream(names)
        .collect(
            Collectors.toMap(
                name -> name, name -> state(Retention.lastAttempt(List.of(name)), "ours")));
  }

  private static Set<String> expendable(
      Retention retention, Set<String> evaluated, String... best) {
    return retention.expendable(
        present(NAMES.toArray(String[]::new)),
        ANNOUNCED,
        evaluated,
        Arrays.stream(best).findFirst(),
        state(1, "ours"));
  }

  @Test
  void keepsTheNewest() {
    assertEquals(
        Set.of("step-0-attempt-1", "step-10-attempt-1"),
        expendable(new Retention(2, true), ALL_EVALUATED));
  }

  @Test
  void keepsTheBest() {
    assertEquals(
        Set.of("step-0-attempt-1"),
        expendable(new Retention(2, true), ALL_EVALUATED, "step-10-attempt-1"));
  }

  @Test
  void keepsWhatHasNotBeenEvaluatedUnlessToldOtherwise() {
    Set<String> evaluated = Set.of("step-10-attempt-1");
    assertEquals(evaluated, expendable(new Retention(2, true), evaluated));
    assertEquals(
        Set.of("step-0-attempt-1", "step-10-attempt-1"),
        expendable(new Retention(2, false), evaluated));
  }

  @Test
  void newestMeansLastAnnouncedNotHighestStep() {
    List<CheckpointPublished> rewound =
        List.of(announced(0, 1), announced(10, 1), announced(20, 1), announced(15, 2));
    Map<String, TrainerState> present =
        present("step-0-attempt-1", "step-10-attempt-1", "step-15-attempt-2", "step-20-attempt-1");
    assertEquals(
        Set.of("step-0-attempt-1", "step-10-attempt-1"),
        new Retention(2, false)
            .expendable(present, rewound, Set.of(), Optional.empty(), state(2, "ours")));
  }

  @Test
  void clearsWhatEarlierTrainersNeverAnnounced() {
    Map<String, TrainerState> present =
        present("step-30-attempt-1", "step-40-attempt-1", "step-40-attempt-2");
    assertEquals(
        Set.of("step-40-attempt-1"),
        new Retention(2, true)
            .expendable(present, ANNOUNCED, Set.of(), Optional.empty(), state(2, "ours")));
  }

  @Test
  void touchesNothingOfAnotherLifeOfTheRun() {
    Map<String, TrainerState> present = Map.of("step-900-attempt-1", state(1, "another"));
    assertEquals(
        Set.of(),
        new Retention(2, true)
            .expendable(present, List.of(), Set.of(), Optional.empty(), state(2, "ours")));
  }

  @Test
  void findsTheHighestAttemptThatLeftADirectory() {
    assertEquals(
        12, Retention.lastAttempt(List.of("step-9-attempt-2", "step-1-attempt-12", "notes")));
    assertEquals(0, Retention.lastAttempt(List.of()));
  }
}
