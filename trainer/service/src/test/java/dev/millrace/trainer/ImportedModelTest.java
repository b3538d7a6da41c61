package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Rope;
import dev.millrace.schemas.checkpoint.Safetensors;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that begins with a model from elsewhere: here, with what another run has trained. */
@WithKafka
class ImportedModelTest {
  private static final String RUN_FILE =
      TestRuns.MODEL
          + """
          training:
            learningRate: 1e-2
            warmupSteps: 2
            perDeviceTrainBatchSize: 8
            maxSteps: 4
            bf16: false
            threads: 1
          """;

  private final TestKafka kafka;
  @TempDir Path directory;
  private TestRuns runs;
  private CheckpointDirectory model;
  private final List<Integer> seen = new ArrayList<>(); // Percent.

  ImportedModelTest(TestKafka kafka) {
    this.kafka = kafka;
  }

  @BeforeEach
  void trainAModel() throws Exception {
    runs = TestRuns.create(kafka, directory.resolve("elsewhere"));
    Files.createDirectories(directory.resolve("elsewhere"));
    TrainerRun elsewhere = runs.run("elsewhere", RUN_FILE);
    runs.write(elsewhere, TestRuns.curriculum(64, 31));
    runs.train(elsewhere);
    List<CheckpointPublished> left = runs.checkpoints(elsewhere);
    model = copy(CheckpointDirectory.at(left.get(left.size() - 1).getUri()).path(), "hf");
  }

  /** Only what a Hugging Face directory has. */
  private CheckpointDirectory copy(Path checkpoint, String to) throws IOException {
    Path copy = Files.createDirectories(directory.resolve(to));
    for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(checkpoint.resolve(name), copy.resolve(name));
    }
    return new CheckpointDirectory(copy);
  }

  private ImportedModel take(TrainerRun run) throws IOException {
    ModelConfig asked =
        RunFile.parse(run.runFile(), "run.yaml", TestRuns.Sections.class).value().model();
    return ImportedModel.take(
        model, run, asked, (done, total) -> seen.add(Math.toIntExact(100 * done / total)));
  }

  @Test
  void theRunBeginsWithItsWeightsAndGoesOnFromThere() throws Exception {
    TrainerRun run = runs.run("own", RUN_FILE);
    runs.write(run, TestRuns.curriculum(64, 32));
    take(run);
    assertEquals(0, seen.get(0));
    assertEquals(100, seen.get(seen.size() - 1));
    runs.train(run);
    List<CheckpointPublished> published = runs.checkpoints(run);
    assertEquals(List.of(0L, 4L), published.stream().map(CheckpointPublished::getStep).toList());
    CheckpointDirectory first = CheckpointDirectory.at(published.get(0).getUri());
    assertArrayEquals(bytes(model, "model.safetensors"), bytes(first, "model.safetensors"));
    try (Safetensors moments = first.optimizer()) {
      for (String name : moments.names()) {
        assertTrue(floats(moments, name).allMatch(value -> value == 0), name);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"bert, 27", "bart, 26"})
  void aModelOfAnotherObjectiveIsABeginningToo(String family, int contextLength) throws Exception {
    String section =
        "model: {family: %s, layers: 2, heads: 2, width: 32, contextLength: %d}%n"
            .formatted(family, contextLength);
    String yaml = RUN_FILE.replace(TestRuns.MODEL, section);
    TrainerRun elsewhere = runs.run("elsewhere-" + family, yaml);
    runs.write(elsewhere, TestRuns.manyDocuments(64, 33));
    runs.train(elsewhere);
    Path trained = CheckpointDirectory.at(runs.lastCheckpoint(elsewhere).getUri()).path();
    model = copy(trained, family);
    TrainerRun run = runs.run("own", yaml);
    String size = yaml.replace("layers: 2", "layers: 2, intermediateSize: 64");
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> take(runs.existing("own", size)))
            .getMessage()
            .startsWith("the model is not what the section model asks for: "));
    Path config = model.file("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"pad_token_id\" : 95", "\"pad_token_id\" : 94"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> take(run))
            .getMessage()
            .startsWith("the model's special tokens are others than the tokenizer's"));
    Files.writeString(config, text);
    runs.write(run, TestRuns.manyDocuments(64, 34));
    take(run);
    runs.train(run);
    CheckpointDirectory first = CheckpointDirectory.at(runs.checkpoints(run).get(0).getUri());
    assertArrayEquals(bytes(model, "model.safetensors"), bytes(first, "model.safetensors"));
    assertEquals(4, runs.progress(run).size());
  }

  private static Stream<Float> floats(Safetensors file, String name) throws IOException {
    var values = file.tensor(name).asFloatBuffer();
    return Stream.generate(values::get).limit(values.remaining());
  }

  private static byte[] bytes(CheckpointDirectory directory, String name) throws IOException {
    return Files.readAllBytes(directory.file(name));
  }

  @Test
  void refusesAnotherSizeThanTheRunFileAsksFor() throws Exception {
    TrainerRun run = runs.run("wide", RUN_FILE.replace("layers: 2", "layers: 3"));
    assertEquals(
        "the model is not what the section model asks for: n_layer 2 and not 3",
        assertThrows(IllegalArgumentException.class, () -> take(run)).getMessage());
  }

  /** Of a smaller GPT-2 as transformers makes it; the checkpoints say what ends the run's texts. */
  @Test
  void anEndThatTheModelHasNotIsTheTokenizers() throws Exception {
    Path config = model.file("config.json");
    String ours = Files.readString(config);
    Files.writeString(config, ours.replace("_token_id\" : 0", "_token_id\" : 50256"));
    assertNotEquals(ours, Files.readString(config));
    ImportedModel taken = take(runs.run("own", RUN_FILE));
    assertEquals(ours, Files.readString(taken.directory().file("config.json")));
  }

  @Test
  void refusesAnotherArchitectureThanTheRunFileAsksFor() throws Exception {
    Rope rope = new Rope(10_000, new Rope.Unscaled());
    LlamaSpec llama =
        new LlamaSpec(TestRuns.VOCABULARY, 24, 32, 128, 2, 2, 16, 2, rope, true, 0, 0, 0, 1e-5);
    Files.writeString(model.file("config.json"), llama.toConfigJson());
    TrainerRun run = runs.run("own", RUN_FILE);
    assertEquals(
        "the model is a llama and model.family asks for gpt2",
        assertThrows(IllegalArgumentException.class, () -> take(run)).getMessage());
  }

  @Test
  void refusesAnotherTokenizer() throws Exception {
    Files.writeString(model.file("tokenizer.json"), "{ }");
    TrainerRun run = runs.run("own", RUN_FILE);
    String message = assertThrows(IllegalArgumentException.class, () -> take(run)).getMessage();
    assertTrue(message.contains("is not the run's tokenizer"), message);
  }

  @Test
  void refusesASecondOneAndARunThatHasBegun() throws Exception {
    TrainerRun run = runs.run("own", RUN_FILE);
    take(run);
    String second = assertThrows(IllegalStateException.class, () -> take(run)).getMessage();
    assertTrue(second.startsWith("run own has an imported model already"), second);
    TrainerRun begun = runs.existing("elsewhere", RUN_FILE);
    String late = assertThrows(IllegalStateException.class, () -> take(begun)).getMessage();
    assertTrue(late.startsWith("run elsewhere has checkpoints"), late);
  }

  @Test
  void namesATensorWithAValueThatIsNoNumber() throws Exception {
    Path file = model.file("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] = (byte) 0x7f;
    bytes[bytes.length - 2] = (byte) 0xc0;
    Files.write(file, bytes);
    TrainerRun run = runs.run("own", RUN_FILE);
    String message = assertThrows(DamagedCheckpointException.class, () -> take(run)).getMessage();
    assertTrue(message.endsWith("tensor transformer.wte.weight has a value NaN"), message);
  }

  @Test
  void anImportedModelThatWasAlteredIsRefused() throws Exception {
    TrainerRun run = runs.run("own", RUN_FILE);
    flipLastByte(take(run).directory().file("model.safetensors"));
    String message =
        assertThrows(DamagedCheckpointException.class, () -> runs.train(run)).getMessage();
    assertTrue(
        message.contains("tensor transformer.wte.weight is not as it was written: SHA-256 "),
        message);
  }

  @Test
  void aCheckpointOfOursThatWasAlteredIsNoBeginning() throws Exception {
    TrainerRun elsewhere = runs.existing("elsewhere", RUN_FILE);
    model = CheckpointDirectory.at(runs.lastCheckpoint(elsewhere).getUri());
    flipLastByte(model.file("model.safetensors"));
    TrainerRun run = runs.run("own", RUN_FILE);
    String message = assertThrows(DamagedCheckpointException.class, () -> take(run)).getMessage();
    assertTrue(message.contains("tensor transformer.wte.weight is not as it was"), message);
  }

  @Test
  void anImportedModelThatWasAlteredIsNoBeginningElsewhere() throws Exception {
    model = take(runs.run("first", RUN_FILE)).directory();
    flipLastByte(model.file("model.safetensors"));
    TrainerRun run = runs.run("second", RUN_FILE);
    String message = assertThrows(DamagedCheckpointException.class, () -> take(run)).getMessage();
    assertTrue(message.contains("tensor transformer.wte.weight is not as it was"), message);
  }

  private static void flipLastByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }
}
