package dev.millrace.cli;

import dev.millrace.refinery.HeldOutConfig;
import dev.millrace.refinery.Split;
import dev.millrace.refinery.classifier.Accuracy;
import dev.millrace.refinery.classifier.ClassifierTrainer;
import dev.millrace.refinery.classifier.LinearClassifier;
import dev.millrace.refinery.classifier.Training;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.terminal.Onlooker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Learns a classifier from most of the documents and measures it on the others. Which are held out
 * is a pure function of the seed and of a document's words, so copies never stand on both sides.
 */
final class ClassifierTraining {
  private final Split split;
  private final ClassifierTrainer trainer;
  private final List<Words> positives = new ArrayList<>(); // Held out.
  private final List<Words> negatives = new ArrayList<>();

  /**
   * @param testFraction of the documents, held out
   * @throws IllegalArgumentException where it is no share, or holds nothing out
   */
  ClassifierTraining(Training training, double testFraction) {
    if (!(testFraction > 0 && testFraction < 1)) {
      throw new IllegalArgumentException(
          "the test fraction must be between 0 and 1: " + testFraction);
    }
    split = new Split(new HeldOutConfig(testFraction, HeldOutConfig.By.DOCUMENT, training.seed()));
    trainer = new ClassifierTrainer(training);
  }

  /** Takes a document in. */
  void add(String text, boolean isPositive) {
    Words words = Words.of(text);
    if (split.holdsOut(ContentHash.of(words), Optional.empty(), Map.of())) {
      (isPositive ? positives : negatives).add(words);
    } else {
      trainer.add(words, isPositive);
    }
  }

  /**
   * Learns, from documents of both labels.
   *
   * @param onlooker sees documents learnt from, each once an epoch
   */
  LinearClassifier train(String positive, String negative, Onlooker onlooker) {
    if (positives.isEmpty() || negatives.isEmpty()) {
      throw new UserError(
          "too few documents: none of %s is held out to test with"
              .formatted(positives.isEmpty() ? positive : negative));
    }
    return trainer.train(positive, negative, onlooker);
  }

  /** On the documents that were held out. */
  Accuracy accuracy(LinearClassifier classifier) {
    return new Accuracy(scores(classifier, positives), scores(classifier, negatives));
  }

  private static List<Double> scores(LinearClassifier classifier, List<Words> documents) {
    return documents.stream().map(classifier::score).toList();
  }
}
