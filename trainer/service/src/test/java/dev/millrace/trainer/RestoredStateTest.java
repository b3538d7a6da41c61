package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Parameter;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchDevice;
import dev.millrace.trainer.torch.TorchOptions;
import dev.millrace.trainer.torch.TrainedTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was put into a model's memory is looked at again. */
class RestoredStateTest {
  private static final Gpt2Spec SPEC = new Gpt2Spec(31, 8, 8, 2, 1, 0, 0);
  private final Architecture architecture = Architectures.of(SPEC);
  private final TrainerState state = TrainerState.start("run", 1, 1, "", "fp32", "", "");
  @TempDir Path directory;

  private ScriptedModel model(long firstSeed) throws Exception {
    TorchOptions options = new TorchOptions(Precision.FP32, 0, false, TorchDevice.CPU, 1);
    ScriptedModel model =
        ScriptedModel.load(architecture, options, new AdamW(0.9, 0.95, 1e-8, 0.1));
    long seed = firstSeed;
    for (TrainedTensor kind : TrainedTensor.values()) {
      model.write(kind, Initialiser.weights(Shapes.of(architecture), seed++));
    }
    return model;
  }

  private CheckpointFiles files(ScriptedModel model) throws Exception {
    Path tokenizer = directory.resolve("tokenizer.json");
    if (!Files.exists(tokenizer)) Files.writeString(tokenizer, "{}");
    Vocabulary vocabulary = new Vocabulary(tokenizer, "", 31, 0, Map.of(), Set.of());
    TrainerRun run =
        new TrainerRun("run", new Topics("t."), "", vocabulary, Artifacts.in(directory));
    return new CheckpointFiles(
        model, SPEC, run, ProbeBatch.of(architecture, SPEC.contextLength(), 1));
  }

  @Test
  void whatWasRestoredIsWhatWasSaved() throws Exception {
    CheckpointDirectory saved = saved();
    try (ScriptedModel model = model(1);
        ScriptedModel other = model(100)) {
      files(other).read(saved, state);
      for (TrainedTensor kind : TrainedTensor.values()) {
        for (Parameter parameter : model.parameters()) {
          assertArrayEquals(model.read(kind).floats(parameter), other.read(kind).floats(parameter));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "WEIGHT, transformer.wte.weight",
    "FIRST_MOMENT, transformer.wte.weight.exp_avg",
    "SECOND_MOMENT, transformer.wte.weight.exp_avg_sq"
  })
  void namesTheTensorThatIsNotInMemoryAsItWasSaved(TrainedTensor kind, String name)
      throws Exception {
    CheckpointDirectory saved = saved();
    try (ScriptedModel other = model(100)) {
      WeightSource faulty = Initialiser.weights(Shapes.of(architecture), 200);
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () -> files(other).read(saved, state, one -> one == kind ? faulty : other.read(one)));
      assertTrue(e.getMessage().startsWith(name + " is not in memory as "), e.getMessage());
    }
  }

  @Test
  void namesTheTensorThatIsNotInMemoryAsItWasImported() throws Exception {
    ImportedModel imported = new ImportedModel(SPEC, saved());
    Shapes shapes = Shapes.of(architecture);
    try (ScriptedModel other = model(100)) {
      imported.load(other, shapes);
      WeightSource faulty = Initialiser.weights(shapes, 200);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> imported.load(other, shapes, faulty));
      String name = "transformer.wte.weight";
      assertTrue(e.getMessage().startsWith(name + " is not in memory as "), e.getMessage());
    }
  }

  private CheckpointDirectory saved() throws Exception {
    Path checkpoint = Files.createDirectory(directory.resolve("checkpoint"));
    try (ScriptedModel model = model(1)) {
      files(model).write(checkpoint, state);
    }
    assertEquals(state, new CheckpointDirectory(checkpoint).state());
    return new CheckpointDirectory(checkpoint);
  }
}
