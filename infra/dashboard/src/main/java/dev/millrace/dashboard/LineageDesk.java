package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dashboard.lineage.Answer;
import dev.millrace.dashboard.lineage.Lineage;
import dev.millrace.dashboard.lineage.Question;
import dev.millrace.runtime.metrics.Listener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers what a page asks about lineage, one question after the other. Nobody is held while the
 * index catches up: they hear how far it is and ask again. The index is taken for a question and
 * given back, so that {@code millrace lineage} finds it free.
 */
public final class LineageDesk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long STOP_SECONDS_MAX = 30;
  static final int QUESTIONS_MAX = 16;

  /** Longer than a page is away between two requests; the run goes on meanwhile. */
  private static final Duration KEPT = Duration.ofSeconds(5);

  /** Of each kind, more than anybody reads; the command gives all. */
  static final int LINES_MAX = 500;

  private final Opening opening;
  private final Duration patience;
  private final InstantSource clock;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Listener.threads("lineage"));
  private final Map<Question, Asked> asked = new HashMap<>();
  private volatile ObjectNode progress = progress("", 0, 0);

  /** Takes the index. */
  public interface Opening {
    /**
     * @throws IOException where another has it
     */
    Lineage open() throws IOException;
  }

  /** An answer that is looked for, or was found. */
  private final class Asked extends FutureTask<ObjectNode> {
    private volatile Instant ended = Instant.MAX;

    Asked(Question question) {
      super(() -> answer(question));
    }

    @Override
    protected void done() {
      ended = clock.instant();
    }

    boolean isStale() {
      return ended.isBefore(clock.instant().minus(KEPT));
    }
  }

  public LineageDesk(Opening opening) {
    this(opening, PATIENCE, InstantSource.system());
  }

  /**
   * @param patience how long somebody is held
   */
  LineageDesk(Opening opening, Duration patience, InstantSource clock) {
    this.opening = opening;
    this.patience = patience;
    this.clock = clock;
  }

  /** {@code lines} and how many there are, {@code catchingUp}, or a {@code problem}. */
  ObjectNode ask(Question question) throws InterruptedException {
    Asked answer;
    synchronized (asked) {
      asked.values().removeIf(Asked::isStale); // Whoever asked has left.
      if (!asked.containsKey(question)) {
        if (asked.size() >= QUESTIONS_MAX) asked.values().removeIf(Future::isDone);
        if (asked.size() >= QUESTIONS_MAX) return problem("many ask at once: ask again");
        Asked wanted = new Asked(question);
        worker.execute(wanted);
        asked.put(question, wanted);
      }
      answer = asked.get(question);
    }
    try {
      ObjectNode lines = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      forget(question, answer);
      return lines;
    } catch (TimeoutException e) {
      return Json.object().set("catchingUp", progress);
    } catch (ExecutionException e) {
      forget(question, answer);
      return problem(String.valueOf(e.getCause().getMessage()));
    }
  }

  private void forget(Question question, Asked answer) {
    synchronized (asked) {
      asked.remove(question, answer);
    }
  }

  private ObjectNode answer(Question question) throws IOException {
    try (Lineage lineage = opening.open()) {
      lineage.update((topic, read, of) -> progress = progress(topic, read, of));
      Answer answer = question.ask(lineage, LINES_MAX);
      if (answer.lines().isEmpty()) return problem(question.nothing());
      ObjectNode told = Json.object().put("of", answer.of());
      told.putArray("lines").addAll(answer.lines());
      return told;
    }
  }

  private static ObjectNode progress(String topic, long read, long of) {
    return Json.object().put("topic", topic).put("read", read).put("of", of);
  }

  static ObjectNode problem(String why) {
    return Json.object().put("problem", why);
  }

  /** Returns when nobody uses the index any more: it is native memory. */
  @Override
  public void close() {
    worker.shutdownNow();
    try {
      if (!worker.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a question of lineage did not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
