package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the architecture is GPT or GPT-2, and not merely the same mistake in every interpreter. */
class GptGoldenTest {
  private static final double DELTA = 1e-10; // Both sides compute in doubles.

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "gpt2"})
  void tokenNllEqualsTransformers(String family) throws Exception {
    assertNll("nll", family, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "gpt2"})
  void documentMasksEqualTransformersUnderTheSameMask(String family) throws Exception {
    assertNll("nllWithDocumentMasks", family, true);
  }

  private static void assertNll(String expected, String family, boolean documentMasks)
      throws Exception {
    Golden golden = Golden.read(family);
    double[] nll =
        Reference.nll(
            Architectures.of(golden.spec(), documentMasks),
            golden.weights(),
            golden.batch(),
            golden.rows());
    assertArrayEquals(golden.doubles(expected), nll, DELTA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "gpt2"})
  void logitsEqualTransformers(String family) throws Exception {
    Golden.read(family).assertLastLogits(DELTA);
  }
}
