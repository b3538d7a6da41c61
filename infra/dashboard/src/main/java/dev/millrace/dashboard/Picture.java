package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.EvaluationStatus;
import dev.millrace.schemas.RecordJson;
import dev.millrace.schemas.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * All that the page shows of a run, built from records as they come. Whoever looks keeps a {@link
 * Cursor} and gets what is new to it. Thread-safe.
 */
final class Picture {
  /** A chart has a thousand pixels. */
  private static final int STEPS_MAX = 10_000;

  private static final int EVALUATIONS_WITH_SAMPLES = 200;

  private final Steps steps = new Steps(STEPS_MAX);
  private final List<ObjectNode> checkpoints = new ArrayList<>();
  private final List<ObjectNode> evaluations = new ArrayList<>();
  private final Map<String, JsonNode> sections = new TreeMap<>();
  private final Map<String, Long> changed = new TreeMap<>();
  private long version;
  private int lookers;

  /**
   * What a looker has seen.
   *
   * @param generation of the steps
   * @param version of the picture
   */
  record Cursor(int generation, int steps, int checkpoints, int evaluations, long version) {
    static final Cursor NOTHING = new Cursor(-1, 0, 0, 0, 0);
  }

  /** What is new, and how far the looker is now. */
  record News(ObjectNode json, Cursor cursor) {}

  synchronized void add(TrainingProgress step) {
    steps.add(step);
    put("latest", Steps.alone(step));
  }

  synchronized void add(CheckpointPublished checkpoint) {
    ObjectNode node = Json.object();
    node.put("step", checkpoint.getStep()).put("tokens", checkpoint.getTokens());
    node.set("loss", Json.number(checkpoint.getLoss()));
    node.put("uri", checkpoint.getUri());
    node.put("publishedAt", checkpoint.getPublishedAt().toEpochMilli());
    checkpoints.add(node);
    change();
  }

  /**
   * @param offset of its record
   */
  synchronized void add(EvaluationResult evaluation, long offset) {
    ObjectNode node = Json.object().put("offset", offset);
    node.put("step", evaluation.getStep()).put("tokens", evaluation.getTokens());
    node.put("status", evaluation.getStatus().toString());
    node.put("setId", evaluation.getSetId());
    node.put("evaluatedAt", evaluation.getEvaluatedAt().toEpochMilli());
    if (evaluation.getReason() != null) node.put("reason", evaluation.getReason());
    boolean evaluated = evaluation.getStatus() == EvaluationStatus.EVALUATED;
    ObjectNode record = RecordJson.of(evaluation);
    if (evaluated) node.set("sets", record.get("sets"));
    node.set("samples", record.get("samples"));
    evaluations.add(node);
    int old = evaluations.size() - 1 - EVALUATIONS_WITH_SAMPLES;
    if (old >= 0) evaluations.get(old).remove("samples");
    change();
  }

  /**
   * Puts something small that is always shown as a whole: the funnel, the packing, the latest step.
   */
  synchronized void put(String section, JsonNode value) {
    if (value.equals(sections.put(section, value))) return;
    change();
    changed.put(section, version);
  }

  /** Counts those who look: plus one who comes, minus one who goes. */
  synchronized void lookers(int change) {
    lookers += change;
  }

  synchronized boolean isWatched() {
    return lookers > 0;
  }

  private void change() {
    version++;
    notifyAll();
  }

  /** Returns true as soon as there is something new to the cursor, false after a time. */
  synchronized boolean await(Cursor cursor, long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (version == cursor.version()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) return false;
      wait(left);
    }
    return true;
  }

  synchronized News since(Cursor cursor) {
    ObjectNode json = Json.object();
    boolean anew = cursor.generation() != steps.generation();
    int firstStep = anew ? 0 : cursor.steps();
    if (firstStep < steps.size() || (anew && cursor.generation() >= 0)) {
      json.put("stepsAnew", anew);
      json.set("steps", steps.from(firstStep));
    }
    append(json, "checkpoints", checkpoints, cursor.checkpoints());
    append(json, "evaluations", evaluations, cursor.evaluations());
    changed.forEach(
        (section, at) -> {
          if (at > cursor.version()) json.set(section, sections.get(section));
        });
    return new News(
        json,
        new Cursor(
            steps.generation(), steps.size(), checkpoints.size(), evaluations.size(), version));
  }

  private static void append(ObjectNode json, String name, List<ObjectNode> all, int from) {
    if (from < all.size()) json.putArray(name).addAll(all.subList(from, all.size()));
  }
}
