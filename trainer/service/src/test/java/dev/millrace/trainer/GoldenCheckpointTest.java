package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.GptSpec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.schemas.checkpoint.Rope;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.schemas.checkpoint.TrainingFaults;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchDevice;
import dev.millrace.trainer.torch.TorchOptions;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checkpoints of every version that was released are read by this one: all of their files, and with
 * the nll that their trainer recorded. A new version adds a folder of its own: {@code mvn -pl
 * trainer/service test -Dtest=GoldenCheckpointTest -Dmillrace.golden.write=VERSION}. What is there
 * is never written anew.
 */
class GoldenCheckpointTest {
  private static final Path GOLDEN = Path.of("src/test/resources/dev/millrace/trainer/checkpoints");
  private static final String WRITE = "millrace.golden.write";
  private static final double PARITY = 1e-4;
  private static final int VOCABULARY = 31;
  private static final int CONTEXT = 8;
  private static final int WIDTH = 8;
  private static final long SEED = 7;

  /** Of the first version; a family that came later is in later folders only. */
  private static final Map<String, ModelSpec> SPECS =
      Map.of(
          "gpt2", new Gpt2Spec(VOCABULARY, CONTEXT, WIDTH, 2, 1, 0, 0),
          "gpt", new GptSpec(VOCABULARY, CONTEXT, WIDTH, 2, 1, 0, 0, 1e-5),
          "llama",
              new LlamaSpec(
                  VOCABULARY,
                  CONTEXT,
                  WIDTH,
                  16,
                  2,
                  1,
                  4,
                  1,
                  new Rope(10_000, new Rope.Linear(2)),
                  false,
                  0,
                  3,
                  0,
                  1e-5),
          "bert", new BertSpec(VOCABULARY, CONTEXT, WIDTH, 16, 2, 1, 2, 0, 0, 1e-12),
          "bart",
              new BartSpec(
                  VOCABULARY,
                  CONTEXT,
                  WIDTH,
                  new BartSpec.Side(1, 2, 16),
                  new BartSpec.Side(1, 2, 16),
                  0,
                  27,
                  28,
                  29,
                  29));

  private static final TrainerState STATE =
      new TrainerState(
          "run",
          2,
          40,
          1_000,
          39,
          OptionalDouble.of(3.25),
          320,
          400,
          1,
          SEED,
          "8 sequences",
          "fp32",
          "0123456789abcdef",
          "AAAAAAAAAAAAAAAAAAAAAA",
          new TrainingFaults(
              List.of(3.5, 3.25),
              List.of(1.0, 0.5),
              1,
              List.of(new TrainingFaults.Skip(40, 312, 320, true, "loss 9.5"))));

  @TempDir Path directory;

  static Stream<Path> checkpoints() throws IOException {
    try (Stream<Path> files = Files.walk(GOLDEN, 2)) {
      return files
          .filter(path -> GOLDEN.relativize(path).getNameCount() == 2)
          .sorted()
          .toList()
          .stream();
    }
  }

  private static ScriptedModel model(ModelSpec spec) throws IOException {
    TorchOptions options = new TorchOptions(Precision.FP32, 0, false, TorchDevice.CPU, 1);
    return ScriptedModel.load(Architectures.of(spec), options, new AdamW(0.9, 0.95, 1e-8, 0.1));
  }

  private CheckpointFiles files(ModelSpec spec, ScriptedModel model) throws IOException {
    Path tokenizer = directory.resolve("tokenizer.json");
    if (!Files.exists(tokenizer)) Files.writeString(tokenizer, "{}");
    Map<String, Integer> marks = Map.of("<s>", 27, "</s>", 29, "<pad>", 28, "<mask>", 30);
    Vocabulary vocabulary = new Vocabulary(tokenizer, "", VOCABULARY, 0, marks, Set.of());
    TrainerRun run =
        new TrainerRun("run", new Topics("t."), "name: run\n", vocabulary, Artifacts.in(directory));
    Architecture architecture = Architectures.of(spec);
    return new CheckpointFiles(model, spec, run, ProbeBatch.of(architecture, CONTEXT, SEED));
  }

  @Test
  void everyFamilyIsThere() throws IOException {
    assertEquals(
        Set.copyOf(SPECS.keySet()),
        Set.copyOf(checkpoints().map(path -> path.getFileName().toString()).toList()));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void whatAnEarlierVersionSavedIsRestored(Path saved) throws Exception {
    CheckpointDirectory checkpoint = new CheckpointDirectory(saved);
    Manifest.read(saved).verify(saved);
    ModelSpec spec = checkpoint.spec();
    assertEquals(SPECS.get(saved.getFileName().toString()), spec);
    assertEquals(STATE, checkpoint.state());
    try (ScriptedModel model = model(spec)) {
      CheckpointFiles files = files(spec, model);
      files.read(checkpoint, STATE);
      Probe now = files.probe().score(model);
      assertSame(checkpoint.probe(), now);
      Path heads = headsOf(saved);
      if (Files.exists(heads)) assertSame(Probe.read(heads), now);
    }
  }

  /** The probe as checkpoint_heads_golden.py scores it, where the checkpoint says too little. */
  private static Path headsOf(Path saved) {
    return GOLDEN.resolve(GOLDEN.relativize(saved).toString().replace('/', '-') + ".json");
  }

  @Test
  void allHeadsAreHeld() throws IOException {
    Path bert = GOLDEN.resolve("0.1.0/bert");
    assertEquals(Set.of("nsp"), Probe.read(headsOf(bert)).headNll().keySet());
  }

  /** Machines round differently. */
  private static void assertSame(Probe before, Probe now) {
    assertEquals(before.objective(), now.objective());
    assertEquals(before.inputs(), now.inputs());
    assertEquals(before.labels(), now.labels());
    assertEquals(before.further(), now.further());
    assertSame(before.nll(), now.nll());
    before.headNll().forEach((head, nll) -> assertSame(nll, now.headNll().get(head)));
  }

  private static void assertSame(List<List<Float>> before, List<List<Float>> now) {
    assertEquals(before.size(), now.size());
    for (int row = 0; row < before.size(); row++) {
      assertEquals(before.get(row).size(), now.get(row).size());
      for (int i = 0; i < before.get(row).size(); i++) {
        double expected = before.get(row).get(i);
        double found = now.get(row).get(i);
        assertTrue(Math.abs(found - expected) <= PARITY * expected, expected + " and " + found);
      }
    }
  }

  @Test
  @EnabledIfSystemProperty(named = WRITE, matches = "[0-9.]+", disabledReason = "by hand")
  void write() throws Exception {
    Path version = Files.createDirectory(GOLDEN.resolve(System.getProperty(WRITE)));
    for (Map.Entry<String, ModelSpec> family : SPECS.entrySet()) {
      try (ScriptedModel model = model(family.getValue())) {
        long seed = SEED;
        for (TrainedTensor kind : TrainedTensor.values()) {
          Shapes shapes = Shapes.of(Architectures.of(family.getValue()));
          model.write(kind, Initialiser.weights(shapes, seed++));
        }
        Path to = Files.createDirectory(version.resolve(family.getKey()));
        files(family.getValue(), model).write(to, STATE);
      }
    }
  }
}
