package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the architecture is the first GPT, and not merely the same mistake in every interpreter. */
class GptGoldenTest {
  private static final double DELTA = 1e-10; // Both sides compute in doubles.

  private Golden golden;

  @BeforeEach
  void read() throws Exception {
    golden = Golden.read("gpt");
  }

  @Test
  void tokenNllEqualsTransformers() {
    double[] nll =
        Reference.nll(
            Architectures.of(golden.spec()), golden.weights(), golden.batch(), golden.rows());
    assertArrayEquals(golden.doubles("nll"), nll, DELTA);
  }

  @Test
  void logitsEqualTransformers() {
    double[] logits =
        Reference.logits(
            Architectures.of(golden.spec()), golden.weights(), golden.batch(), golden.rows());
    int vocabulary = golden.spec().vocabularySize();
    double[] expected = golden.doubles("lastLogits");
    int perRow = logits.length / golden.rows();
    for (int row = 0; row < golden.rows(); row++) {
      int end = (row + 1) * perRow;
      assertArrayEquals(
          Arrays.copyOfRange(expected, row * vocabulary, (row + 1) * vocabulary),
          Arrays.copyOfRange(logits, end - vocabulary, end),
          DELTA);
    }
  }

  @Test
  void documentMasksEqualTransformersUnderTheSameMask() {
    double[] nll =
        Reference.nll(
            Architectures.of(golden.spec(), true), golden.weights(), golden.batch(), golden.rows());
    assertArrayEquals(golden.doubles("nllWithDocumentMasks"), nll, DELTA);
  }
}
