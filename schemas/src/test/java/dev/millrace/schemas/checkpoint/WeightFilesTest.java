package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightFilesTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path directory;

  @Test
  void severalFilesReadAsOne() throws IOException {
    shard(FIRST, "a", "c");
    shard(SECOND, "b");
    index(Map.of("a", FIRST, "b", SECOND, "c", FIRST));
    try (WeightFiles weights = open()) {
      assertEquals(List.of("a", "b", "c"), weights.names());
      assertEquals(value("a"), weights.chunks("a").get(0).getFloat());
      assertEquals(value("b"), weights.chunks("b").get(0).getFloat());
      assertEquals(directory.resolve(SECOND), weights.file("b"));
      assertEquals(Optional.empty(), weights.find("d"));
    }
  }

  @Test
  void oneFileNeedsNoIndex() throws IOException {
    shard(CheckpointDirectory.MODEL, "a");
    try (WeightFiles weights = open()) {
      assertEquals(List.of("a"), weights.names());
      assertEquals(List.of(1L), weights.find("a").orElseThrow().shape());
    }
  }

  @Test
  void aDirectoryWithoutWeightsSaysWhichFileItLacks() {
    assertTrue(refusal().endsWith("model.safetensors: no such file"), refusal());
  }

  @Test
  void aTensorThatItsFileLacksIsNamed() throws IOException {
    shard(FIRST, "a");
    index(Map.of("a", FIRST, "b", FIRST));
    assertTrue(refusal().endsWith(FIRST + ": no tensor b"), refusal());
  }

  @Test
  void aTensorThatTheIndexDoesNotNameIsNamed() throws IOException {
    shard(FIRST, "a", "b");
    index(Map.of("a", FIRST));
    assertTrue(refusal().endsWith(FIRST + ": tensor b is not there by the index"), refusal());
  }

  @Test
  void aTensorThatIsThereTwiceIsNamed() throws IOException {
    shard(FIRST, "a");
    shard(SECOND, "a", "b");
    index(Map.of("a", FIRST, "b", SECOND));
    assertTrue(refusal().endsWith(SECOND + ": tensor a is not there by the index"), refusal());
  }

  @Test
  void aFileThatIsMissingOrCutIsNamed() throws IOException {
    shard(FIRST, "a");
    index(Map.of("a", FIRST, "b", SECOND));
    assertTrue(refusal().endsWith(SECOND + ": no such file"), refusal());
    shard(SECOND, "b");
    byte[] whole = Files.readAllBytes(directory.resolve(SECOND));
    Files.write(directory.resolve(SECOND), Arrays.copyOf(whole, whole.length - 1));
    assertTrue(refusal().contains(SECOND + ": tensor b ends at byte 4"), refusal());
  }

  @Test
  void anIndexReachesNoFileOutside() throws IOException {
    for (String file :
        List.of("../secret.safetensors", "/etc/passwd", "a/b.safetensors", "run.yaml", "")) {
      Files.deleteIfExists(directory.resolve(CheckpointDirectory.MODEL_INDEX));
      index(Map.of("a", file));
      assertTrue(refusal().contains("which is no file of weights"), refusal());
    }
  }

  @Test
  void anIndexWithoutAMapIsRefused() throws IOException {
    Files.writeString(directory.resolve(CheckpointDirectory.MODEL_INDEX), "{\"weight_map\": []}");
    assertTrue(refusal().endsWith("weight_map should be an object"), refusal());
  }

  private WeightFiles open() throws IOException {
    return WeightFiles.open(new CheckpointDirectory(directory));
  }

  private String refusal() {
    return assertThrows(DamagedCheckpointException.class, this::open).getMessage();
  }

  private void shard(String file, String... names) throws IOException {
    List<Tensor> tensors =
        Arrays.stream(names)
            .map(name -> Tensor.of(name, ElementType.F32, List.of(1L), bytes(value(name))))
            .toList();
    SafetensorsWriter.write(directory.resolve(file), tensors, Map.of());
  }

  private static float value(String name) {
    return name.charAt(0);
  }

  private static ByteBuffer bytes(float value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).flip();
  }

  private void index(Map<String, String> places) throws IOException {
    var map = JsonFile.JSON.createObjectNode();
    places.forEach(map::put);
    var root = JsonFile.JSON.createObjectNode();
    root.putObject("metadata").put("total_size", 4 * places.size());
    root.set("weight_map", map);
    JsonFile.write(directory.resolve(CheckpointDirectory.MODEL_INDEX), root);
  }
}
