package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import dev.millrace.schemas.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredWeightsTest {
  private static final Shapes SHAPES =
      Shapes.of(Architectures.of(new Gpt2Spec(11, 8, 4, 2, 1, 0, 0)));
  private final WeightSource initial = Initialiser.weights(SHAPES, 3);

  @TempDir Path directory;

  private Path write(UnaryOperator<List<Tensor>> change) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (Parameter p : SHAPES.parameters()) {
      tensors.add(new Tensor(p.name(), ElementType.F32, p.shape(), initial.chunks(p.name())));
    }
    Path file = directory.resolve("model.safetensors");
    Files.deleteIfExists(file);
    SafetensorsWriter.write(file, change.apply(tensors), Map.of());
    return file;
  }

  private static WeightFiles files(Path model) throws IOException {
    return WeightFiles.open(new CheckpointDirectory(model.getParent()));
  }

  private void assertSameWeights(Path path) throws IOException {
    try (WeightFiles files = files(path)) {
      StoredWeights weights = StoredWeights.of(files, SHAPES);
      for (Parameter p : SHAPES.parameters()) {
        assertArrayEquals(initial.floats(p), weights.floats(p), p.name());
      }
    }
  }

  private static List<Tensor> with(List<Tensor> tensors, Tensor more) {
    List<Tensor> all = new ArrayList<>(tensors);
    all.add(more);
    return all;
  }

  private static Tensor constant(String name, int bytes) {
    return Tensor.of(name, ElementType.U8, List.of((long) bytes), ByteBuffer.allocate(bytes));
  }

  private static Tensor renamed(Tensor t, String name) {
    return new Tensor(name, t.type(), t.shape(), t.chunks());
  }

  @Test
  void readsOurOwnFiles() throws IOException {
    assertSameWeights(write(tensors -> tensors));
  }

  @Test
  void readsTheBareNamesOfOldReleasesAndIgnoresTheirMasks() throws IOException {
    assertSameWeights(
        write(
            tensors -> {
              List<Tensor> bare = new ArrayList<>();
              for (Tensor t : tensors) bare.add(renamed(t, t.name().replace("transformer.", "")));
              return with(bare, constant("h.0.attn.bias", 2));
            }));
  }

  /** Of 2018, as bert-base-uncased still has them. */
  @Test
  void readsTheNamesOfBertsReleaseOfWhatItsLayerNormsHave() throws IOException {
    Shapes shapes = Shapes.of(Architectures.of(new BertSpec(11, 8, 4, 8, 2, 1, 2, 0, 0, 1e-12)));
    WeightSource weights = Initialiser.weights(shapes, 3);
    List<Tensor> tensors = new ArrayList<>();
    for (Parameter p : shapes.parameters()) {
      String name = p.name().replace("LayerNorm.weight", "LayerNorm.gamma");
      name = name.replace("LayerNorm.bias", "LayerNorm.beta");
      tensors.add(new Tensor(name, ElementType.F32, p.shape(), weights.chunks(p.name())));
    }
    assertEquals(
        8, tensors.stream().filter(t -> t.name().matches(".*\\.(gamma|beta)")).count(), "renamed");
    try (WeightFiles files = files(write(written -> tensors))) {
      StoredWeights read = StoredWeights.of(files, shapes);
      for (Parameter p : shapes.parameters()) {
        assertArrayEquals(weights.floats(p), read.floats(p), p.name());
      }
    }
  }

  @Test
  void widensHalfPrecision() throws IOException {
    Parameter first = SHAPES.parameters().get(0);
    ByteBuffer halves =
        ByteBuffer.allocate((int) first.elements() * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < first.elements(); i++) halves.putShort((short) (0x3f80 + i));
    Path path =
        write(
            tensors -> {
              tensors.set(
                  0, Tensor.of(first.name(), ElementType.BF16, first.shape(), halves.flip()));
              return tensors;
            });
    try (WeightFiles files = files(path)) {
      float[] values = StoredWeights.of(files, SHAPES).floats(first);
      for (int i = 0; i < values.length; i++) assertEquals(1 + i / 128f, values[i]);
    }
  }

  @Test
  void halfPrecisionIsExact() {
    assertEquals(1f, StoredWeights.widened((short) 0x3c00, ElementType.F16));
    assertEquals(-2f, StoredWeights.widened((short) 0xc000, ElementType.F16));
    assertEquals(65504f, StoredWeights.widened((short) 0x7bff, ElementType.F16));
    assertEquals(0x1p-24f, StoredWeights.widened((short) 0x0001, ElementType.F16));
    assertEquals(-0x3ffp-24f, StoredWeights.widened((short) 0x83ff, ElementType.F16));
    assertEquals(0x1p-14f, StoredWeights.widened((short) 0x0400, ElementType.F16));
    assertEquals(Float.NEGATIVE_INFINITY, StoredWeights.widened((short) 0xfc00, ElementType.F16));
    assertTrue(Float.isNaN(StoredWeights.widened((short) 0x7e00, ElementType.F16)));
    assertEquals(-1.5f, StoredWeights.widened((short) 0xbfc0, ElementType.BF16));
  }

  private String refusal(UnaryOperator<List<Tensor>> change) throws IOException {
    Path path = write(change);
    try (WeightFiles files = files(path)) {
      return assertThrows(DamagedCheckpointException.class, () -> StoredWeights.of(files, SHAPES))
          .getMessage();
    }
  }

  @Test
  void namesTheTensorThatIsMissing() throws IOException {
    String name = SHAPES.parameters().get(2).name();
    assertTrue(
        refusal(tensors -> tensors.stream().filter(t -> !t.name().equals(name)).toList())
            .endsWith("no tensor " + name));
  }

  @Test
  void namesTheTensorThatHasNoPlace() throws IOException {
    assertTrue(
        refusal(tensors -> with(tensors, constant("h.0.attn.gain", 2)))
            .endsWith("tensor h.0.attn.gain has no place in this architecture"));
  }

  /** A gain of ones beside another gain of ones is tied to nothing. */
  @Test
  void aTensorThatOnlyLooksLikeAnotherHasNoPlace() throws Exception {
    Parameter gain =
        SHAPES.parameters().stream()
            .filter(p -> p.name().endsWith("ln_f.weight"))
            .findFirst()
            .orElseThrow();
    Tensor more =
        new Tensor(
            "transformer.ln_g.weight", ElementType.F32, gain.shape(), initial.chunks(gain.name()));
    assertTrue(refusal(tensors -> with(tensors, more)).contains("ln_g.weight has no place"));
  }

  @Test
  void aBiasOfLogitsThatIsZeroChangesNothing() throws Exception {
    List<Long> shape = List.of(1L, 11L);
    String name = "final_logits_bias";
    assertSameWeights(
        write(t -> with(t, Tensor.of(name, ElementType.F32, shape, ByteBuffer.allocate(44)))));
    ByteBuffer one = ByteBuffer.allocate(44).put(3, (byte) 0x3f);
    assertTrue(
        refusal(t -> with(t, Tensor.of(name, ElementType.F32, shape, one)))
            .contains("final_logits_bias has no place"));
  }

  @Test
  void aTiedTensorMayRepeatAnother() throws IOException {
    Parameter table = SHAPES.parameters().get(0);
    String name = "lm_head.weight";
    Tensor repeat = new Tensor(name, ElementType.F32, table.shape(), initial.chunks(table.name()));
    assertSameWeights(write(tensors -> with(tensors, repeat)));
    int bytes = (int) table.bytes();
    assertTrue(
        refusal(
                tensors ->
                    with(
                        tensors,
                        Tensor.of(
                            name, ElementType.F32, table.shape(), ByteBuffer.allocate(bytes))))
            .endsWith("tensor lm_head.weight has no place in this architecture"));
  }

  @Test
  void namesTheTensorOfTheWrongShapeOrType() throws IOException {
    Parameter first = SHAPES.parameters().get(0);
    int bytes = (int) first.bytes();
    List<Long> flat = List.of(first.elements());
    String shape =
        refusal(
            tensors -> {
              tensors.set(
                  0, Tensor.of(first.name(), ElementType.F32, flat, ByteBuffer.allocate(bytes)));
              return tensors;
            });
    assertTrue(shape.contains(first.name() + " is " + flat + " and should be"), shape);
    String type =
        refusal(
            tensors -> {
              tensors.set(
                  0,
                  Tensor.of(
                      first.name(), ElementType.I32, first.shape(), ByteBuffer.allocate(bytes)));
              return tensors;
            });
    assertTrue(type.contains("is I32 and should be F32"), type);
  }
}
