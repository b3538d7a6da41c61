package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.classifier.Accuracy;
import dev.millrace.refinery.classifier.Description;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a classifier is worth, for people and for programs.
 *
 * @param held measured on documents that it did not learn from
 * @param seconds that reading, learning and measuring took
 */
record ClassifierReport(Path file, Description description, Accuracy held, double seconds) {
  private static final double EVEN = 0.5;
  private static final double[] RECALLS = {0.99, 0.95, 0.9};
  private static final double[] FALSE_POSITIVES = {0.05, 0.01};

  /**
   * A threshold worth a thought.
   *
   * @param meaning what it is chosen for
   */
  private record Suggestion(double threshold, String meaning) {}

  private List<Suggestion> suggestions() {
    List<Suggestion> all = new ArrayList<>();
    all.add(new Suggestion(EVEN, "either label as likely, at the base rate"));
    for (double recall : RECALLS) {
      all.add(
          new Suggestion(
              held.thresholdOfRecall(recall),
              "as qualityClassifier.scoreMin keeps %.0f %% of what is like the positive"
                  .formatted(100 * recall)));
    }
    for (double rate : FALSE_POSITIVES) {
      all.add(
          new Suggestion(
              held.thresholdOfFalsePositives(rate),
              "as toxicity.scoreMax drops %.0f %% of what is like the negative"
                  .formatted(100 * rate)));
    }
    return all;
  }

  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        label("positive", description.positive(), held.positives())
            + label("negative", description.negative(), held.negatives()));
    table.append(
        "held out  accuracy %.4f, precision %.4f, recall %.4f at 0.5; AUC %.4f; base rate %.4f%n"
            .formatted(
                held.accuracy(EVEN),
                held.precision(EVEN),
                held.recall(EVEN),
                held.auc(),
                held.baseRate()));
    table.append("%nthreshold precision  recall  false positives%n".formatted());
    for (Suggestion suggestion : suggestions()) {
      double threshold = suggestion.threshold();
      table.append(
          "%9.4f %9.4f %7.4f %16.4f  %s%n"
              .formatted(
                  threshold,
                  held.precision(threshold),
                  held.recall(threshold),
                  held.falsePositiveRate(threshold),
                  suggestion.meaning()));
    }
    return table.append("%n%s in %.1f s".formatted(file, seconds)).toString();
  }

  private static String label(String side, Description.Label label, int heldOut) {
    return "%s  %,d documents, %,d more held out: %s%n"
        .formatted(side, label.documents(), heldOut, label.name());
  }

  ObjectNode json() {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("classifier", file.toString());
    line.set("positive", json(description.positive(), held.positives()));
    line.set("negative", json(description.negative(), held.negatives()));
    line.put("accuracy", held.accuracy(EVEN)).put("precision", held.precision(EVEN));
    line.put("recall", held.recall(EVEN)).put("auc", held.auc());
    line.put("baseRate", held.baseRate()).put("seconds", seconds);
    for (Suggestion suggestion : suggestions()) {
      double threshold = suggestion.threshold();
      line.withArray("thresholds")
          .addObject()
          .put("threshold", threshold)
          .put("precision", held.precision(threshold))
          .put("recall", held.recall(threshold))
          .put("falsePositiveRate", held.falsePositiveRate(threshold))
          .put("meaning", suggestion.meaning());
    }
    return line;
  }

  private static ObjectNode json(Description.Label label, int heldOut) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", label.name())
        .put("learntFrom", label.documents())
        .put("heldOut", heldOut);
  }
}
