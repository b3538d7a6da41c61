package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Precision;
import dev.millrace.model.Reference;
import dev.millrace.model.WeightSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 4 for the trained graph: what PyTorch computes is what the reference computes. */
class ParityTest {
  /** Law 4 allows 1e-4; a tenth of it tells the two forms of GELU apart. */
  private static final double RELATIVE = 1e-5;

  @ParameterizedTest
  @EnumSource
  void tokenNllEqualsTheReferences(TinyModel tiny) throws Exception {
    assertParity(tiny, Precision.FP32);
  }

  @ParameterizedTest
  @EnumSource
  void andItDoesWhateverThePrecisionOfTraining(TinyModel tiny) throws Exception {
    assertParity(tiny, Precision.BF16);
  }

  private static void assertParity(TinyModel tiny, Precision precision) throws Exception {
    Architecture architecture = tiny.architecture();
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = tiny.batch(11);
    List<double[]> expected =
        Reference.nllOfHeads(architecture, WeightSource.of(weights), batch.inputs(), batch.rows());
    try (ScriptedModel model =
        TinyModels.model(architecture, options(precision, 0.3, false), weights)) {
      List<float[]> nll = model.nllOfHeads(batch);
      assertEquals(expected.size(), nll.size());
      for (int head = 0; head < nll.size(); head++) assertClose(expected.get(head), nll.get(head));
    }
  }

  private static void assertClose(double[] expected, float[] got) {
    assertEquals(expected.length, got.length);
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] == 0) { // Ignored.
        assertEquals(0f, got[i]);
      } else {
        assertTrue(Math.abs(got[i] - expected[i]) <= RELATIVE * expected[i], "target " + i);
      }
    }
  }
}
