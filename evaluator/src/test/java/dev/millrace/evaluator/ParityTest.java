package dev.millrace.evaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Probe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityTest {
  private static final ModelOptions CPU = new ModelOptions(EvaluationConfig.Device.CPU, 1);

  @TempDir Path directory;

  private static double difference(float trainer, float exported) {
    Probe probe =
        new Probe(
            List.of(List.of(1, 2, 3)),
            List.of(List.of(2, 3, Probe.IGNORED)),
            List.of(List.of(3f, trainer, 0f)));
    return Parity.largestDifference(new float[][] {{3f, exported, 99f}}, Map.of(), probe);
  }

  @Test
  void isRelativeToTheTrainersValue() {
    assertEquals(0, difference(8, 8));
    assertEquals(0.25, difference(8, 6));
    assertEquals(0.25, difference(8, 10));
  }

  /** What is almost certain has a small nll and the same absolute error as all else. */
  @Test
  void isAbsoluteBelowOneNat() {
    assertEquals(0.125, difference(0.5f, 0.625f));
    assertEquals(0.5, difference(0, 0.5f));
  }

  @Test
  void whatIsNoNumberIsNoParity() {
    assertTrue(Double.isNaN(difference(8, Float.NaN)));
    assertEquals(Double.POSITIVE_INFINITY, difference(8, Float.POSITIVE_INFINITY));
  }

  /** What BERT says of two texts belonging together counts as what it says of a token. */
  @Test
  void furtherHeadsAreHeldToTheSame() throws Exception {
    CheckpointDirectory bert = TestModel.bert(1, 4).write(directory);
    Probe good = bert.probe();
    try (LoadedModel model = LoadedModel.open(bert, CPU, ScratchDirectory.temporary())) {
      assertEquals(Set.of("nsp"), model.nllOfHeads(good).keySet());
      assertTrue(difference(model, good) < 1e-5);
      float said = good.headNll().get("nsp").get(0).get(0);
      assertEquals(0.01, difference(model, withNextSentence(good, said + 0.01f)), 1e-5);
      Probe two = withNextSentence(good, said, said);
      assertEquals(
          "the probe has 2 values of head nsp, the model 1",
          assertThrows(IllegalArgumentException.class, () -> difference(model, two)).getMessage());
    }
  }

  @Test
  void aCheckpointWhoseOtherHeadSaysSomethingElseIsRefused() throws Exception {
    CheckpointDirectory bert = TestModel.bert(1, 4).write(directory);
    VerifiedCheckpoint checkpoint =
        new VerifiedCheckpoint(bert, bert.spec(), TestModel.tokenizer(bert));
    EvaluationConfig config = RunFile.parse("provider: cpu", "", EvaluationConfig.class).value();
    try (LoadedModel model = checkpoint.load(config, ScratchDirectory.temporary()).model()) {
      assertEquals("CPU", model.provider());
    }
    Probe spoilt = withNextSentence(bert.probe(), 0.5f);
    Files.delete(bert.file(CheckpointDirectory.PROBE));
    spoilt.write(bert.file(CheckpointDirectory.PROBE));
    Refusal refusal =
        assertThrows(
            Refusal.class, () -> checkpoint.load(config, ScratchDirectory.temporary()).model());
    assertTrue(refusal.getMessage().startsWith("parity: nll "), refusal.getMessage());
  }

  private static double difference(LoadedModel model, Probe probe) {
    return Parity.largestDifference(model.nll(probe), model.nllOfHeads(probe), probe);
  }

  private static Probe withNextSentence(Probe probe, Float... nll) {
    return new Probe(
        probe.objective(),
        probe.inputs(),
        probe.labels(),
        probe.nll(),
        probe.further(),
        Map.of("nsp", List.of(List.of(nll))));
  }
}
