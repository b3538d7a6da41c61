package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Graph;
import dev.millrace.model.Objective;
import dev.millrace.model.Precision;
import dev.millrace.model.Reference;
import dev.millrace.model.Rotation;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.Rope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 4 for the trained graph: what PyTorch computes is what the reference computes. */
class ParityTest {
  /** Law 4 allows 1e-4; a tenth of it tells the two forms of GELU apart. */
  private static final double RELATIVE = 1e-5;

  @ParameterizedTest
  @EnumSource
  void tokenNllEqualsTheReferences(TinyModel tiny) throws Exception {
    assertParity(tiny.architecture(), tiny.batch(11), Precision.FP32);
  }

  @ParameterizedTest
  @EnumSource
  void andItDoesWhateverThePrecisionOfTraining(TinyModel tiny) throws Exception {
    assertParity(tiny.architecture(), tiny.batch(11), Precision.BF16);
  }

  /** Angles in floats would be off by up to 4e-3 radians there. */
  @Test
  void positionsFarIntoATextTurnAsExactlyAsNearOnes() throws Exception {
    assertParity(new FarAway(), TinyModels.batch(11), Precision.FP32);
  }

  /** One turn, far into a text. */
  private record FarAway() implements Architecture {
    @Override
    public Objective objective() {
      return Objective.CAUSAL;
    }

    @Override
    public <V> List<Head<V>> forward(Graph<V> graph) {
      V ids = graph.input(Graph.Input.INPUT_IDS);
      V table = graph.parameter("table", Graph.Init.normal(1), 97, 32);
      V output = graph.parameter("output", Graph.Init.normal(1), 97, 32);
      Rotation rotation = Rotation.of(new Rope(10_000, new Rope.Unscaled()), 16);
      V x = graph.embedding(table, ids);
      V turned = graph.rotary(x, graph.positions(ids, 100_000), rotation);
      V logits = graph.linear(turned, output, Optional.empty());
      return List.of(new Head<>("lm", logits, Graph.Input.LABELS));
    }
  }

  private static void assertParity(Architecture architecture, Microbatch batch, Precision precision)
      throws Exception {
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
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
