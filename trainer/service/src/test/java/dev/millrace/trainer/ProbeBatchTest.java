package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Precision;
import dev.millrace.model.Reference;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchDevice;
import dev.millrace.trainer.torch.TorchOptions;
import dev.millrace.trainer.torch.TrainedTensor;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProbeBatchTest {

  /** By the plain computation; both rows have a next sentence or none. */
  @Test
  void recordsWhatEveryHeadOfABertSays() throws Exception {
    Architecture bert = Architectures.of(new BertSpec(97, 16, 32, 64, 2, 1, 2, 0, 0, 1e-12));
    WeightSource weights = Initialiser.weights(Shapes.of(bert), 3);
    ProbeBatch batch = ProbeBatch.of(bert, 16, 5);
    assertEquals(
        List.of(0L, 1L),
        List.of(
            batch.batch().inputs().get(Input.NEXT_SENTENCE_LABEL)[0],
            batch.batch().inputs().get(Input.NEXT_SENTENCE_LABEL)[1]));
    List<double[]> expected = Reference.nllOfHeads(bert, weights, batch.batch().inputs(), 2);
    TorchOptions options = new TorchOptions(Precision.FP32, 0, false, TorchDevice.CPU, 1);
    try (ScriptedModel model = ScriptedModel.load(bert, options, new AdamW(0.9, 0.95, 1e-8, 0.1))) {
      model.write(TrainedTensor.WEIGHT, weights);
      Probe probe = batch.score(model);
      assertRows(expected.get(0), probe.nll());
      assertEquals(Set.of("nsp"), probe.headNll().keySet());
      assertRows(expected.get(1), probe.headNll().get("nsp"));
    }
  }

  private static void assertRows(double[] expected, List<List<Float>> rows) {
    List<Float> all = rows.stream().flatMap(List::stream).toList();
    assertEquals(expected.length, all.size());
    for (int i = 0; i < expected.length; i++) assertEquals(expected[i], all.get(i), 1e-4);
  }
}
