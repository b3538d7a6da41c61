package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.Safetensors;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import dev.millrace.schemas.checkpoint.TensorInfo;
import dev.millrace.tokenizer.BpeTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run makes of an imported model is tested where it is trained. */
class CheckpointImportTest {
  private static final int TOKENS = 280;
  private static final Gpt2Spec SPEC = new Gpt2Spec(TOKENS, 16, 32, 2, 2, 0, TOKENS - 1);
  private static final String SECTION = "{layers: 2, heads: 2, width: 32, contextLength: 16}";

  @TempDir Path directory;
  private Path model = Path.of("");

  @BeforeEach
  void writeModel() throws IOException {
    model = directory.resolve("model");
    CheckpointExportTest.write(SPEC, model);
    BpeTrainer words = new BpeTrainer();
    words.add("the water turned the wheel and the wheel turned the stone, ".repeat(20));
    Path tokenizer = model.resolve(CheckpointDirectory.TOKENIZER);
    Files.delete(tokenizer);
    words.train(TOKENS).write(tokenizer);
  }

  private Ran importUnder(String section) throws IOException {
    Path runFile = directory.resolve("run.yaml");
    Files.writeString(runFile, "name: own\nmodel: " + section + "\n");
    String dir = directory.resolve("dir").toString();
    return Ran.of(
        "checkpoint", "import", "--run", runFile.toString(), "--dir", dir, model.toString());
  }

  private void assertRefused(String problem, Ran ran) {
    assertEquals(1, ran.exit(), ran.out());
    assertEquals(List.of("millrace: " + problem), ran.errors());
    assertFalse(Files.exists(directory.resolve("dir/artifacts/imported/own")));
  }

  @Test
  void aDirectoryBecomesTheBeginningOfARun() throws IOException {
    Ran ran = importUnder(SECTION);
    assertEquals(0, ran.exit(), ran.err());
    Path imported = directory.resolve("dir/artifacts/imported/own");
    assertEquals(
        List.of(
            "tokenizer: " + directory.resolve("tokenizer.json"),
            "run own begins with this gpt2: " + imported),
        ran.out().lines().toList());
  }

  @Test
  void aMissingTensorIsOneLineWithItsName() throws IOException {
    Path file = model.resolve(CheckpointDirectory.MODEL);
    List<Tensor> left = new ArrayList<>();
    try (Safetensors weights = Safetensors.open(file)) {
      for (String name : weights.names()) {
        TensorInfo info = weights.info(name);
        left.add(Tensor.of(name, info.type(), info.shape(), weights.tensor(name)));
      }
    }
    String name = "transformer.h.1.mlp.c_fc.bias";
    left.removeIf(tensor -> tensor.name().equals(name));
    Files.delete(file);
    SafetensorsWriter.write(file, left, Map.of());
    assertRefused(file + ": no tensor " + name, importUnder(SECTION));
  }

  @Test
  void anotherArchitectureIsOneLine() throws IOException {
    assertRefused(
        "the model is a gpt2 and model.family asks for llama",
        importUnder(SECTION.replace("{", "{family: llama, ")));
  }
}
