package dev.millrace.refinery.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.refinery.text.Words;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LinearClassifierTest {
  private final LinearClassifier classifier =
      Learnt.weighing(0.5f, Map.of("mill", 3f, "race", -1.5f, "mill race", 6f));

  private double score(String text) {
    return classifier.score(Words.of(text));
  }

  @Test
  void scoresTheMeanWeightOfWordsAndPairs() {
    assertEquals(1 / (1 + Math.exp(-3.5)), score("mill"), 1e-15);
    assertEquals(1 / (1 + Math.exp(-(0.5 + (3 - 1.5 + 6) / 3))), score("mill race"), 1e-15);
    assertEquals(1 / (1 + Math.exp(-(0.5 + (3 - 1.5) / 3))), score("race mill"), 1e-15);
    assertEquals(1 / (1 + Math.exp(-(0.5 + (3 + 3) / 3.0))), score("mill mill"), 1e-15);
  }

  @Test
  void hasOnlyTheBiasWhereThereAreNoWords() {
    assertEquals(1 / (1 + Math.exp(-0.5)), score(""), 1e-15);
    assertEquals(score(""), score(" ... !"));
  }

  @Test
  void foldsCaseAccentsAndPunctuation() {
    assertEquals(score("mill race"), score("«MÏLL», race!"));
  }

  @Test
  void dependsOnTheTextAlone() {
    double first = score("a mill race");
    score("race ".repeat(10_000));
    assertEquals(first, score("a mill race"));
  }

  @Test
  void staysInRangeHoweverLargeTheWeights() {
    LinearClassifier extreme =
        Learnt.weighing(0, Map.of("mill", Float.MAX_VALUE, "race", -Float.MAX_VALUE));
    assertEquals(1, extreme.score(Words.of("mill")));
    assertEquals(0, extreme.score(Words.of("race")));
  }

  @Test
  void tellsTheOrderOfAPair() {
    assertNotEquals(Learnt.bucket("mill race"), Learnt.bucket("race mill"));
  }

  @Test
  void refusesBucketsThatAreNoPowerOfTwo() {
    for (int count : new int[] {0, -1, 255, 257, 128, 1 << 25, Integer.MIN_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> new Buckets(count), () -> "" + count);
    }
  }
}
