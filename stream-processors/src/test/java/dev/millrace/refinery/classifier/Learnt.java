package dev.millrace.refinery.classifier;

import dev.millrace.refinery.classifier.Description.Label;
import dev.millrace.refinery.text.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Classifiers for tests. */
public final class Learnt {
  private Learnt() {}

  /** With 256 buckets, all weights 0 but those of these words and pairs of words. */
  static LinearClassifier weighing(float bias, Map<String, Float> weights) {
    Training training = new Training(256, 1, 1, 0, 0);
    float[] all = new float[256];
    weights.forEach((nGram, weight) -> all[bucket(nGram)] = weight);
    return new LinearClassifier(
        new Description(new Label("good", 2), new Label("bad", 3), training), bias, all);
  }

  static int bucket(String nGram) {
    Buckets buckets = new Buckets(256);
    Words words = Words.of(nGram);
    return words.count() == 1
        ? buckets.of(words.hash(0))
        : buckets.of(words.hash(0), words.hash(1));
  }

  /** A file of a classifier that takes a text of one of these words alone for this score. */
  public static Path file(Path folder, Map<String, Double> scores) throws IOException {
    Map<String, Float> weights =
        scores.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, e -> (float) Math.log(e.getValue() / (1 - e.getValue()))));
    Path file = folder.resolve("learnt.classifier");
    ClassifierFile.write(weighing(0, weights), file);
    return file;
  }
}
