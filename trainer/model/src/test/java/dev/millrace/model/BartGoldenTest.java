package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the architecture is BART, and not merely the same mistake in every interpreter. */
class BartGoldenTest {
  private static final double DELTA = 1e-10; // Both sides compute in doubles.

  private Golden golden;

  @BeforeEach
  void read() throws Exception {
    golden = Golden.read("bart");
  }

  @Test
  void tokenNllEqualsTransformers() {
    assertArrayEquals(golden.doubles("nll"), nll(), DELTA);
  }

  @Test
  void theLossIsTheirMeanAsInTransformers() {
    double loss = Arrays.stream(nll()).filter(v -> v != 0).average().orElse(0);
    assertEquals(golden.numbers().get("loss").doubleValue(), loss, DELTA);
  }

  @Test
  void logitsEqualTransformers() {
    golden.assertLastLogits(DELTA);
  }

  private double[] nll() {
    return Reference.nll(
        Architectures.of(golden.spec()), golden.weights(), golden.batch(), golden.rows());
  }
}
