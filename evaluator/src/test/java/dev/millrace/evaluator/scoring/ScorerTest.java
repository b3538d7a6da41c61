package dev.millrace.evaluator.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.evaluator.metrics.DocumentSums;
import dev.millrace.evaluator.metrics.Sums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bytes are tokens; the model's nll of a token is the sum of all inputs it sees, over 1000. */
class ScorerTest {
  private static final int END_OF_TEXT = 1000;
  private final List<Integer> batchSizes = new ArrayList<>();

  private float[][] sumOfContext(List<Row> rows) {
    batchSizes.add(rows.size());
    return rows.stream().map(ScorerTest::sumOfContext).toArray(float[][]::new);
  }

  private static float[] sumOfContext(Row row) {
    float[] nll = new float[row.labels().length];
    double sum = 0;
    for (int i = 0; i < nll.length; i++) {
      sum += row.inputs()[i];
      nll[i] = row.labels()[i] == TokenNll.IGNORED ? 0 : (float) (sum / 1000);
    }
    return nll;
  }

  private Scorer scorer(int context, int stride, int batchTokens) {
    return new Scorer(
        this::sumOfContext,
        text -> text.chars().toArray(),
        new CausalReading(END_OF_TEXT, new Windows(context, stride)),
        batchTokens);
  }

  private static List<Document> documents(String... texts) {
    return Arrays.stream(texts).map(Document::of).toList();
  }

  /** "ABC" after end-of-text: 1000; 1000 + 65; 1000 + 65 + 66. */
  @Test
  void firstWindowsBeginWithEndOfText() {
    Sums sums = scorer(8, 8, 100).score(documents("ABC")).get(0).sums();
    assertEquals(1.000 + 1.065 + 1.131, sums.nll(), 1e-6);
    assertEquals(1 + 1.065 * 1.065 + 1.131 * 1.131, sums.nllSquared(), 1e-6);
    assertEquals(3, sums.tokens());
    assertEquals(3, sums.bytes());
    assertEquals(1, sums.words());
    assertEquals(1, sums.documents());
  }

  /** Context 2, stride 1: A sees 1000; B sees 1000 65; C sees 65 66. */
  @Test
  void laterTokensSeeTheirLeftContextOnly() {
    Sums sums = scorer(2, 1, 100).score(documents("ABC")).get(0).sums();
    assertEquals(1.000 + 1.065 + 0.131, sums.nll(), 1e-6);
  }

  @Test
  void batchingChangesNothing() {
    String[] texts =
        IntStream.range(0, 40)
            .mapToObj(i -> "x y ".repeat(i % 13) + (char) ('a' + i % 26))
            .toArray(String[]::new);
    List<DocumentSums> oneByOne = scorer(7, 3, 1).score(documents(texts));
    batchSizes.clear();
    assertEquals(oneByOne, scorer(7, 3, 64).score(documents(texts)));
    assertTrue(batchSizes.stream().anyMatch(size -> size > 1));
  }

  @Test
  void emptyDocumentsCountAndScoreNothing() {
    List<DocumentSums> sums = scorer(4, 4, 8).score(documents("", "A"));
    assertEquals(new Sums(0, 0, 0, 0, 0, 1), sums.get(0).sums());
    assertEquals(1, sums.get(1).sums().tokens());
  }

  @Test
  void equalTextsHaveEqualIds() {
    assertEquals(Document.of("a").id(), Document.of("a").id());
    assertEquals("ca978112ca1bbdca", Document.of("a").id()); // printf a | sha256sum
  }
}
