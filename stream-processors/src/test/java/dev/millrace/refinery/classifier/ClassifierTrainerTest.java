package dev.millrace.refinery.classifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.tokenization.Europarl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ClassifierTrainerTest {
  private static LinearClassifier learn(Training training, List<String> good, List<String> bad) {
    ClassifierTrainer trainer = new ClassifierTrainer(training);
    good.forEach(text -> trainer.add(Words.of(text), true));
    bad.forEach(text -> trainer.add(Words.of(text), false));
    return trainer.train("good", "bad");
  }

  /** Seed 0 leaves two documents in their order, twice. */
  private static LinearClassifier learnMill(Training training) {
    return learn(training, List.of("mill mill race"), List.of("race"));
  }

  private static void assertWeights(
      LinearClassifier learnt, double bias, double mill, double race, double pairs) {
    assertEquals(bias, learnt.bias(), 1e-7);
    assertEquals(mill, learnt.weight(Learnt.bucket("mill")), 1e-7);
    assertEquals(race, learnt.weight(Learnt.bucket("race")), 1e-7);
    assertEquals(pairs, learnt.weight(Learnt.bucket("mill mill")), 1e-7);
    assertEquals(pairs, learnt.weight(Learnt.bucket("mill race")), 1e-7);
  }

  /**
   * By hand. The good one scores 1/2, so every gradient's own size makes each step 1. Then the bad
   * one has z = 1 + 1 and p = 0.880797; race has the gradients -0.5/5 and p, the bias -0.5 and p.
   */
  @Test
  void takesTheStepsOfAdaGrad() {
    assertWeights(
        learnMill(new Training(256, 1, 1, 0, 0)),
        1 - 0.8807970779778823 / Math.sqrt(0.25 + 0.7758034926),
        1,
        1 - 0.8807970779778823 / Math.sqrt(0.01 + 0.7758034926),
        1);
  }

  /** The values are of a few lines of Python that know nothing of this class. */
  @Test
  void drawsWeightsToZero() {
    assertWeights(
        learnMill(new Training(256, 2, 0.5, 0.01, 0)),
        0.025418421489442733,
        0.7962838675396625,
        -0.25282384687018106,
        0.7896325200745365);
  }

  @Test
  void whoLooksOnSeesEachDocumentOnceAnEpoch() {
    ClassifierTrainer trainer = new ClassifierTrainer(new Training(256, 2, 1, 0, 0));
    trainer.add(Words.of("mill race"), true);
    trainer.add(Words.of("race"), false);
    List<String> seen = new ArrayList<>();
    trainer.train("good", "bad", (done, total) -> seen.add(done + "/" + total));
    assertEquals(List.of("0/4", "1/4", "2/4", "3/4", "4/4"), seen);
  }

  @Test
  void learnsTheSameFromTheSame() throws IOException {
    List<String> good = Europarl.speeches(40);
    List<String> bad = Europarl.speeches(80).subList(40, 80);
    byte[] bytes = ClassifierFile.bytes(learn(new Training(256, 2, 1, 0, 7), good, bad));
    assertArrayEquals(bytes, ClassifierFile.bytes(learn(new Training(256, 2, 1, 0, 7), good, bad)));
    LinearClassifier other = learn(new Training(256, 2, 1, 0, 8), good, bad);
    LinearClassifier first = learn(new Training(256, 2, 1, 0, 7), good, bad);
    assertFalse(first.bias() == other.bias(), "another seed is another order");
  }

  @Test
  void canBeAskedTwice() {
    ClassifierTrainer trainer = new ClassifierTrainer(new Training(256, 3, 1, 0, 0));
    trainer.add(Words.of("mill"), true);
    trainer.add(Words.of("race"), false);
    assertArrayEquals(
        ClassifierFile.bytes(trainer.train("a", "b")),
        ClassifierFile.bytes(trainer.train("a", "b")));
  }

  @Test
  void takesDocumentsWithoutWords() {
    assertTrue(learn(new Training(256, 1, 1, 0, 0), List.of("mill"), List.of("")).bias() < 1);
  }

  @Test
  void needsDocumentsOfBothLabels() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> learn(new Training(256, 1, 1, 0, 0), List.of("mill"), List.of()));
    assertEquals("there are no documents of label bad", e.getMessage());
  }

  /** In about ten languages, which share next to no words. */
  @Test
  void tellsSpeechesFromJava() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        sources.add(Files.readString(file));
      }
    }
    assertTrue(sources.size() > 100, () -> "sources: " + sources.size());
    assertTrue(auc(Europarl.speeches(2000), sources) > 0.99);
  }

  /** Only pairs of words can tell. */
  @Test
  void tellsSpeechesFromTheirShuffledWords() throws IOException {
    List<String> speeches =
        Europarl.speeches(6000).stream().filter(text -> text.length() > 200).toList();
    List<String> shuffled = speeches.stream().map(ClassifierTrainerTest::shuffled).toList();
    assertTrue(auc(speeches, shuffled) > 0.99);
  }

  private static String shuffled(String text) {
    List<String> words = Arrays.asList(text.split(" "));
    Collections.shuffle(words, new Random(text.length()));
    return String.join(" ", words);
  }

  /** Of every tenth document, after learning from the others. */
  private static double auc(List<String> good, List<String> bad) {
    LinearClassifier learnt =
        learn(Defaults.of(Training.class), some(good, false), some(bad, false));
    return new Accuracy(scores(learnt, some(good, true)), scores(learnt, some(bad, true))).auc();
  }

  private static List<String> some(List<String> texts, boolean heldOut) {
    List<String> some = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if ((i % 10 == 0) == heldOut) some.add(texts.get(i));
    }
    return some;
  }

  private static List<Double> scores(LinearClassifier classifier, List<String> texts) {
    return texts.stream().map(text -> classifier.score(Words.of(text))).toList();
  }
}
