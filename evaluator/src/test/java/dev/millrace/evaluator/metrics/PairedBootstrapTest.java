package dev.millrace.evaluator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  private static DocumentSums document(String id, double nll, long tokens) {
    return new DocumentSums(id, new Sums(nll, 0, tokens, 4 * tokens, tokens, 1));
  }

  private static List<DocumentSums> documents(double... nllPerToken) {
    List<DocumentSums> documents = new ArrayList<>();
    for (int i = 0; i < nllPerToken.length; i++) {
      documents.add(document("d" + i, 10 * nllPerToken[i], 10));
    }
    return documents;
  }

  private static Difference compare(List<DocumentSums> these, List<DocumentSums> those) {
    return PairedBootstrap.STANDARD.compare(these, those).orElseThrow();
  }

  @Test
  void deltaIsWeightedByTokens() {
    Difference difference =
        compare(
            List.of(document("a", 30, 10), document("b", 300, 90)),
            List.of(document("a", 20, 10), document("b", 210, 90)));
    assertEquals(1.0, difference.delta(), 1e-12); // (10 + 90) / 100
  }

  @Test
  void aConstantDifferenceHasNoSpread() {
    Difference worse = compare(documents(3, 5, 4), documents(2, 4, 3));
    assertEquals(new Difference(1, 1, 1), worse);
    assertTrue(worse.isRegression());
    assertFalse(compare(documents(2, 4, 3), documents(3, 5, 4)).isRegression());
  }

  @Test
  void aModelDoesNotDifferFromItself() {
    Difference none = compare(documents(3, 5, 4), documents(3, 5, 4));
    assertEquals(new Difference(0, 0, 0), none);
    assertFalse(none.isRegression());
  }

  @Test
  void aWorseMeanWithinChanceIsNoRegression() {
    Difference difference = compare(documents(4, 1, 4, 1, 4, 1.5), documents(3, 2, 3, 2, 3, 2));
    assertTrue(difference.delta() > 0);
    assertTrue(difference.low() < 0);
    assertFalse(difference.isRegression());
  }

  /** Two documents, differences 0 and 1: resamples are 0, 1/2 and 1 with chances 1/4, 1/2, 1/4. */
  @Test
  void twoDocumentsSpanTheirExtremes() {
    Difference difference = compare(documents(2, 3), documents(2, 2));
    assertEquals(new Difference(0.5, 0, 1), difference);
  }

  /** The interval of a mean of many is the normal one: 1.96 standard errors to either side. */
  @Test
  void approachesTheNormalIntervalWithManyDocuments() {
    long seed = 7;
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int n = 400;
    double[] these = new double[n];
    double[] those = new double[n];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      those[i] = 5 + random.nextDouble();
      double difference = random.nextDouble() - 0.45;
      these[i] = those[i] + difference;
      sum += difference;
      squares += difference * difference;
    }
    double mean = sum / n;
    double error = Math.sqrt((squares / n - mean * mean) / n);
    Difference difference = compare(documents(these), documents(those));
    assertEquals(mean, difference.delta(), 1e-12);
    assertEquals(mean - 1.96 * error, difference.low(), 0.15 * error);
    assertEquals(mean + 1.96 * error, difference.high(), 0.15 * error);
  }

  @Test
  void theSameInputGivesTheSameInterval() {
    double[] these = new SplittableRandom(3).doubles(50).toArray();
    double[] those = new SplittableRandom(4).doubles(50).toArray();
    assertEquals(
        compare(documents(these), documents(those)), compare(documents(these), documents(those)));
  }

  @Test
  void onlyTheSameTextsAreCompared() {
    List<DocumentSums> two = List.of(document("a", 1, 10), document("b", 1, 10));
    PairedBootstrap bootstrap = PairedBootstrap.STANDARD;
    assertEquals(
        Optional.empty(),
        bootstrap.compare(two, List.of(document("a", 1, 10), document("c", 1, 10))));
    assertEquals(
        Optional.empty(),
        bootstrap.compare(two, List.of(document("a", 1, 10), document("b", 1, 11))));
    assertEquals(Optional.empty(), bootstrap.compare(two, two.subList(0, 1)));
  }

  @Test
  void oneDocumentTellsNothingOfTheSpread() {
    assertEquals(Optional.empty(), PairedBootstrap.STANDARD.compare(documents(2), documents(1)));
  }

  @Test
  void documentsWithoutTokensDoNotDivideByZero() {
    List<DocumentSums> empty = List.of(document("a", 0, 0), document("b", 0, 0));
    assertEquals(Optional.empty(), PairedBootstrap.STANDARD.compare(empty, empty));
    List<DocumentSums> half = List.of(document("a", 0, 0), document("b", 10, 10));
    assertEquals(new Difference(0, 0, 0), compare(half, half));
  }

  @Test
  void quantilesLieBetweenTheNearestRanks() {
    double[] values = {10, 20, 30, 40, 50};
    assertEquals(10, PairedBootstrap.quantile(values, 0));
    assertEquals(30, PairedBootstrap.quantile(values, 0.5));
    assertEquals(45, PairedBootstrap.quantile(values, 0.875), 1e-12);
    assertEquals(50, PairedBootstrap.quantile(values, 1));
  }

  @Test
  void refusesTooFewResamplesForItsTails() {
    assertThrows(IllegalArgumentException.class, () -> new PairedBootstrap(39, 0));
  }
}
