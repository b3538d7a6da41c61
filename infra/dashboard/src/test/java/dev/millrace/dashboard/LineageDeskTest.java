package dev.millrace.dashboard;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dashboard.lineage.Answer;
import dev.millrace.dashboard.lineage.Lineage;
import dev.millrace.dashboard.lineage.Listener;
import dev.millrace.dashboard.lineage.Question;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of two steps of eight sequences, and eight more that no step took. */
@WithKafka
class LineageDeskTest {
  private final RunLog log;
  @TempDir Path directory;
  private volatile Instant now = Instant.EPOCH;

  LineageDeskTest(TestKafka kafka) throws Exception {
    log = new RunLog(kafka);
  }

  @BeforeEach
  void train() {
    log.write(
        LongStream.range(0, 24)
            .mapToObj(
                i ->
                    log.topics()
                        .run(Records.RUN)
                        .curriculum()
                        .record(i, Records.released(i, 0, Map.of())))
            .toList());
    for (long step = 1; step <= 2; step++) {
      log.write(log.topics().run(Records.RUN).progress(), Records.RUN, Records.step(step, 1));
    }
  }

  private static ObjectNode answer(LineageDesk desk, Question question) throws Exception {
    ObjectNode answer = desk.ask(question);
    while (answer.has("catchingUp")) answer = desk.ask(question);
    return answer;
  }

  @Test
  void answersWhatTheCommandAnswers() throws Exception {
    try (LineageDesk desk = new LineageDesk(() -> log.lineage(directory))) {
      ObjectNode step = answer(desk, new Question.OfStep(2));
      assertEquals(8, step.get("of").asInt());
      assertEquals("d8", step.at("/lines/0/document").asText());
      ObjectNode document = answer(desk, new Question.OfDocument("d8"));
      assertEquals("[" + step.at("/lines/0") + "]", document.get("lines").toString());
      assertEquals(
          "{\"problem\":\"the run has no step 3\"}",
          answer(desk, new Question.OfStep(3)).toString());
    }
  }

  @Test
  void whoAsksWhileItCatchesUpIsToldSoAndNotHeld() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    try (LineageDesk desk = desk(free)) {
      assertTrue(desk.ask(new Question.OfStep(1)).has("catchingUp"));
      free.countDown();
      assertEquals(8, answer(desk, new Question.OfStep(1)).get("of").asInt());
    }
  }

  /** It opens the index once it is free to; nobody waits for it, and time is {@link #now}. */
  private LineageDesk desk(CountDownLatch free) {
    return new LineageDesk(
        () -> {
          try {
            free.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return log.lineage(directory);
        },
        Duration.ofMillis(1),
        () -> now);
  }

  @Test
  void anAnswerThatNobodyFetchedIsNotGivenLater() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    try (LineageDesk desk = desk(free)) {
      Question third = new Question.OfStep(3);
      assertTrue(desk.ask(third).has("catchingUp"));
      free.countDown();
      answer(desk, new Question.OfStep(1)); // One after the other: that of step 3 is there too.
      log.write(log.topics().run(Records.RUN).progress(), Records.RUN, Records.step(3, 1));
      now = now.plusSeconds(6);
      assertEquals(8, answer(desk, third).path("of").asInt());
    }
  }

  @Test
  void manyQuestionsAtOnceAreRefusedUntilSomeAreAnswered() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    try (LineageDesk desk = desk(free)) {
      for (int step = 0; step < LineageDesk.QUESTIONS_MAX; step++) {
        assertTrue(desk.ask(new Question.OfStep(step)).has("catchingUp"));
      }
      Question another = new Question.OfDocument("d8");
      assertEquals("many ask at once: ask again", desk.ask(another).path("problem").asText());
      assertTrue(desk.ask(new Question.OfStep(1)).has("catchingUp"), "that is no new question");
      free.countDown();
      answer(desk, new Question.OfStep(1));
      assertEquals(1, answer(desk, another).path("of").asInt());
    }
  }

  /** As many checkpoints hide no evaluation, and what a page does not show is not read. */
  @Test
  void aPageGetsSoManyLinesOfEachKind() throws Exception {
    int many = LineageDesk.LINES_MAX + 1;
    var checkpoints = log.topics().checkpoints();
    log.write(
        checkpoints, Records.RUN, Records.checkpoint(9_999)); // The last, at the first offset.
    log.write(
        checkpoints,
        Records.RUN,
        IntStream.range(2, 1 + many).mapToObj(Records::checkpoint).toList());
    log.write(log.topics().evaluations(), Records.RUN, Records.evaluation(2, 50, "words"));
    try (Lineage before = log.lineage(directory)) {
      before.update(Listener.NONE);
    }
    log.forget(checkpoints, 1);
    try (LineageDesk desk = new LineageDesk(() -> log.lineage(directory))) {
      ObjectNode answer = answer(desk, new Question.OfDocument("d8"));
      assertEquals(1 + many + 1, answer.path("of").asInt(), answer.toString());
      assertEquals(
          Map.of("segment", 1L, "checkpoint", (long) many - 1, "evaluation", 1L),
          StreamSupport.stream(answer.get("lines").spliterator(), false)
              .collect(groupingBy(line -> line.get("kind").asText(), counting())));
    }
  }

  @Test
  void ofAStepNoMoreIsReadThanIsWanted() throws Exception {
    try (Lineage lineage = log.lineage(directory)) {
      lineage.update(Listener.NONE);
      Answer answer = new Question.OfStep(2).ask(lineage, 3);
      assertEquals(List.of(8, 3), List.of((int) answer.of(), answer.lines().size()));
      answer = new Question.OfStep(2).ask(lineage, 8);
      assertEquals(List.of(8, 8), List.of((int) answer.of(), answer.lines().size()));
    }
  }

  @Test
  void anIndexThatAnotherHasIsSaidAndFreeAgainAfterEachQuestion() throws Exception {
    try (LineageDesk desk = new LineageDesk(() -> log.lineage(directory))) {
      try (Lineage other = log.lineage(directory)) {
        assertTrue(other.size() > 0);
        String problem = answer(desk, new Question.OfStep(1)).path("problem").asText();
        assertTrue(problem.contains("is in use, by another"), problem);
      }
      assertEquals(8, answer(desk, new Question.OfStep(1)).path("of").asInt());
      log.lineage(directory).close();
    }
  }
}
