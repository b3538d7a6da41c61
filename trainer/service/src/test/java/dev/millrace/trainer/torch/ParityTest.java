package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Graph;
import dev.millrace.model.Precision;
import dev.millrace.model.Reference;
import dev.millrace.model.WeightSource;
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
    Microbatch batch = TinyModels.batch(11);
    double[] expected =
        Reference.nll(
            architecture, WeightSource.of(weights), TinyModels.inputs(batch), batch.rows());
    try (ScriptedModel model =
        TinyModels.model(architecture, options(precision, 0.3, false), weights)) {
      float[][] nll = model.nll(batch);
      for (int i = 0; i < expected.length; i++) {
        float got = nll[i / batch.length()][i % batch.length()];
        if (batch.labels()[i] == Graph.IGNORED) {
          assertEquals(0f, got);
        } else {
          assertTrue(Math.abs(got - expected[i]) <= RELATIVE * expected[i], "token " + i);
        }
      }
    }
  }
}
