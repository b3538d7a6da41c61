package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * By what a trainer tells a spike, and what it has skipped: the part of its state that is about
 * faults.
 *
 * @param losses of the last steps that changed the weights, oldest first; none where nobody looks
 *     for spikes
 * @param gradientNorms of the same steps, before clipping
 * @param spikes steps in a row that were taken for spikes, up to and with the last one
 * @param skips what was never trained on, in order
 */
public record TrainingFaults(
    List<Double> losses, List<Double> gradientNorms, int spikes, List<Skip> skips) {
  /** At the beginning of a run. */
  public static final TrainingFaults NONE = new TrainingFaults(List.of(), List.of(), 0, List.of());

  /**
   * Sequences that nothing was learnt from.
   *
   * @param step in whose place they are
   * @param firstOrdinal of the first one
   * @param nextOrdinal after the last one
   * @param rewound whether steps that had been trained on some of them were undone
   */
  public record Skip(long step, long firstOrdinal, long nextOrdinal, boolean rewound, String why) {}

  public TrainingFaults {
    losses = List.copyOf(losses);
    gradientNorms = List.copyOf(gradientNorms);
    skips = List.copyOf(skips);
    if (losses.size() != gradientNorms.size() || spikes < 0) {
      throw new IllegalArgumentException(
          "%d losses and %d gradient norms, %d spikes"
              .formatted(losses.size(), gradientNorms.size(), spikes));
    }
  }

  /**
   * After a step that changed the weights.
   *
   * @param window so many of the last steps are remembered
   */
  public TrainingFaults trained(double loss, double gradientNorm, int window) {
    return new TrainingFaults(
        last(losses, loss, window), last(gradientNorms, gradientNorm, window), 0, skips);
  }

  private static List<Double> last(List<Double> values, double next, int count) {
    List<Double> all = new ArrayList<>(values);
    all.add(next);
    return all.subList(Math.max(0, all.size() - count), all.size());
  }

  /** After a step that was skipped for another reason than a spike. */
  public TrainingFaults skipped(Skip skip) {
    return new TrainingFaults(losses, gradientNorms, spikes, with(skip));
  }

  /** After a spike. */
  public TrainingFaults spiked(Skip skip) {
    return new TrainingFaults(losses, gradientNorms, spikes + 1, with(skip));
  }

  /** With nothing to compare with, since the last steps were no spikes but a new level. */
  public TrainingFaults levelled() {
    return new TrainingFaults(List.of(), List.of(), 0, skips);
  }

  private List<Skip> with(Skip skip) {
    List<Skip> all = new ArrayList<>(skips);
    all.add(skip);
    return all;
  }

  /** From a file that may be older than this record. */
  static TrainingFaults read(JsonFile json, String field) throws IOException {
    JsonNode node = json.root().path(field);
    if (node.isMissingNode()) return NONE;
    JsonFile faults = new JsonFile(json.file(), node);
    List<Skip> skips = new ArrayList<>();
    for (JsonNode element : faults.list("skips")) {
      JsonFile skip = new JsonFile(json.file(), element);
      skips.add(
          new Skip(
              skip.wholeNumber("step"),
              skip.wholeNumber("firstOrdinal"),
              skip.wholeNumber("nextOrdinal"),
              element.path("rewound").asBoolean(),
              skip.text("why")));
    }
    return new TrainingFaults(
        numbers(faults, "losses"),
        numbers(faults, "gradientNorms"),
        faults.smallNumber("spikes"),
        skips);
  }

  private static List<Double> numbers(JsonFile json, String field) throws IOException {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode element : json.list(field)) {
      if (!element.isNumber()) throw json.wrong(field, "a list of numbers");
      numbers.add(element.doubleValue());
    }
    return numbers;
  }

  void write(ObjectNode json) {
    ArrayNode lossList = json.putArray("losses");
    losses.forEach(lossList::add);
    ArrayNode normList = json.putArray("gradientNorms");
    gradientNorms.forEach(normList::add);
    json.put("spikes", spikes);
    ArrayNode skipList = json.putArray("skips");
    for (Skip skip : skips) {
      skipList
          .addObject()
          .put("step", skip.step)
          .put("firstOrdinal", skip.firstOrdinal)
          .put("nextOrdinal", skip.nextOrdinal)
          .put("rewound", skip.rewound)
          .put("why", skip.why);
    }
  }
}
