package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dashboard.lineage.Lineage;
import dev.millrace.dashboard.lineage.Question;
import dev.millrace.runtime.metrics.Listener;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers what a page asks about lineage, one question after the other. Nobody is held while the
 * index catches up: they hear how far it is and ask again. The index is taken for a question and
 * given back, so that {@code millrace lineage} finds it free.
 */
public final class LineageDesk implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 1_000;
  private static final long STOP_SECONDS_MAX = 30;
  private static final int QUESTIONS_MAX = 16;

  /** More than anybody reads; the command gives all. */
  private static final int LINES_MAX = 500;

  private final Opening opening;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Listener.threads("lineage"));
  private final Map<Question, Future<ObjectNode>> asked = new HashMap<>();
  private volatile ObjectNode progress = progress("", 0, 0);

  /** Takes the index. */
  public interface Opening {
    /**
     * @throws IOException where another has it
     */
    Lineage open() throws IOException;
  }

  public LineageDesk(Opening opening) {
    this.opening = opening;
  }

  /** {@code lines} and how many there are, {@code catchingUp}, or a {@code problem}. */
  ObjectNode ask(Question question) throws InterruptedException {
    Future<ObjectNode> answer;
    synchronized (asked) {
      if (!asked.containsKey(question)) {
        if (asked.size() >= QUESTIONS_MAX) asked.values().removeIf(Future::isDone);
        if (asked.size() >= QUESTIONS_MAX) return problem("many ask at once: ask again");
        asked.put(question, worker.submit(() -> answer(question)));
      }
      answer = asked.get(question);
    }
    try {
      ObjectNode lines = answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      forget(question);
      return lines;
    } catch (TimeoutException e) {
      return Json.object().set("catchingUp", progress);
    } catch (ExecutionException e) {
      forget(question);
      return problem(String.valueOf(e.getCause().getMessage()));
    }
  }

  private void forget(Question question) {
    synchronized (asked) {
      asked.remove(question);
    }
  }

  private ObjectNode answer(Question question) throws IOException {
    try (Lineage lineage = opening.open()) {
      lineage.update((topic, read, of) -> progress = progress(topic, read, of));
      List<ObjectNode> lines = question.ask(lineage);
      if (lines.isEmpty()) return problem(question.nothing());
      ObjectNode answer = Json.object().put("of", lines.size());
      answer.putArray("lines").addAll(lines.subList(0, Math.min(lines.size(), LINES_MAX)));
      return answer;
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
