package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the architecture is BERT, and not merely the same mistake in every interpreter. */
class BertGoldenTest {
  private static final double DELTA = 1e-10; // Both sides compute in doubles.

  private Golden golden;

  @BeforeEach
  void read() throws Exception {
    golden = Golden.read("bert");
  }

  @Test
  void nllOfMaskedTokensAndOfTheNextSentenceEqualTransformers() {
    List<double[]> nll = nll();
    assertArrayEquals(golden.doubles("mlmNll"), nll.get(0), DELTA);
    assertArrayEquals(golden.doubles("nspNll"), nll.get(1), DELTA);
  }

  @Test
  void theLossIsTheSumOfBothMeansAsInTransformers() {
    double loss = 0;
    for (double[] head : nll()) loss += Arrays.stream(head).filter(v -> v != 0).average().orElse(0);
    assertEquals(golden.numbers().get("loss").doubleValue(), loss, DELTA);
  }

  @Test
  void logitsEqualTransformers() {
    List<double[]> logits =
        Reference.logitsOfHeads(
            Architectures.of(golden.spec()), golden.weights(), golden.batch(), golden.rows());
    assertArrayEquals(golden.doubles("nspLogits"), logits.get(1), DELTA);
    int vocabulary = golden.spec().vocabularySize();
    int perRow = logits.get(0).length / golden.rows();
    double[] expected = golden.doubles("firstMlmLogits");
    for (int row = 0; row < golden.rows(); row++) {
      assertArrayEquals(
          Arrays.copyOfRange(expected, row * vocabulary, (row + 1) * vocabulary),
          Arrays.copyOfRange(logits.get(0), row * perRow, row * perRow + vocabulary),
          DELTA);
    }
  }

  private List<double[]> nll() {
    return Reference.nllOfHeads(
        Architectures.of(golden.spec()), golden.weights(), golden.batch(), golden.rows());
  }
}
