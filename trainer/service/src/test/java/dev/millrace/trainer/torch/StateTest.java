package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Parameter;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Safetensors;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that go into live tensors and come out of them. */
class StateTest {
  private final Architecture architecture = TinyModels.architecture(false);
  private ScriptedModel model;

  @BeforeEach
  void load() {
    TorchOptions options = options(Precision.FP32, 0, false);
    model = ScriptedModel.load(architecture, options, TinyModels.ADAM_W);
  }

  @AfterEach
  void close() {
    model.close();
  }

  @ParameterizedTest
  @EnumSource
  void givesBackWhatWasWritten(TrainedTensor kind) throws Exception {
    WeightSource source = Initialiser.weights(Shapes.of(architecture), 9);
    model.write(kind, source);
    for (Parameter parameter : model.parameters()) {
      assertArrayEquals(source.floats(parameter), model.read(kind).floats(parameter));
    }
    for (TrainedTensor other : TrainedTensor.values()) {
      if (other == kind) continue;
      for (float value : model.read(other).floats(model.parameters().get(0))) {
        assertEquals(0f, value);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void goesThroughSafetensors(TrainedTensor kind, @TempDir Path directory) throws Exception {
    WeightSource source = Initialiser.weights(Shapes.of(architecture), 9);
    model.write(kind, source);
    Path file = directory.resolve("tensors.safetensors");
    List<Tensor> tensors =
        model.parameters().stream().map(parameter -> tensor(kind, parameter)).toList();
    SafetensorsWriter.write(file, tensors, SafetensorsWriter.PYTORCH);
    model.write(kind, Initialiser.weights(Shapes.of(architecture), 10));
    try (Safetensors read = Safetensors.open(file)) {
      model.write(kind, read::chunks);
    }
    for (Parameter parameter : model.parameters()) {
      assertArrayEquals(source.floats(parameter), model.read(kind).floats(parameter));
    }
  }

  private Tensor tensor(TrainedTensor kind, Parameter parameter) {
    Iterable<ByteBuffer> chunks = model.chunks(kind, parameter.name());
    return new Tensor(parameter.name(), ElementType.F32, parameter.shape(), chunks);
  }

  @Test
  void readsTheLiveMemoryAndNotACopy() throws Exception {
    String name = "transformer.ln_f.weight";
    ByteBuffer before = model.chunks(TrainedTensor.WEIGHT, name).iterator().next();
    assertEquals(0f, before.getFloat(0));
    model.write(TrainedTensor.WEIGHT, Initialiser.weights(Shapes.of(architecture), 9));
    assertEquals(1f, before.getFloat(0));
    assertTrue(before.isReadOnly());
  }

  @Test
  void cutsLargeTensorsIntoPiecesThatJoin() throws Exception {
    WeightSource source = Initialiser.weights(Shapes.of(architecture), 9);
    model.write(TrainedTensor.WEIGHT, source);
    Parameter table = model.parameters().get(0); // [97, 32]
    WeightSource pieces = name -> model.chunks(TrainedTensor.WEIGHT, name, 1000);
    int count = 0;
    for (ByteBuffer piece : pieces.chunks(table.name())) {
      count++;
      assertTrue(piece.remaining() <= 4000);
    }
    assertEquals(4, count);
    assertArrayEquals(source.floats(table), pieces.floats(table));
    model.write(TrainedTensor.FIRST_MOMENT, pieces);
    assertArrayEquals(source.floats(table), model.read(TrainedTensor.FIRST_MOMENT).floats(table));
  }

  @Test
  void refusesMoreOrFewerValuesThanTheShapeSays() {
    WeightSource tooFew = name -> List.of(ByteBuffer.allocate(8));
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> model.write(TrainedTensor.WEIGHT, tooFew));
    assertEquals("transformer.wte.weight has 2 values and should have 3104", refusal.getMessage());
    WeightSource tooMany = name -> List.of(ByteBuffer.allocate(4 * 3105));
    refusal =
        assertThrows(
            IllegalArgumentException.class, () -> model.write(TrainedTensor.WEIGHT, tooMany));
    assertEquals(
        "transformer.wte.weight has 3105 values and should have 3104", refusal.getMessage());
  }

  @Test
  void refusesANameThatThereIsNot() {
    assertThrows(IllegalArgumentException.class, () -> model.chunks(TrainedTensor.WEIGHT, "other"));
  }

  @Test
  void tellsWhereItRunsAndWhatItRuns() {
    assertEquals(TorchDevice.CPU, model.device());
    assertTrue(model.source().startsWith("def transformer_h(self, x: Tensor"));
    assertEquals(40, model.parameters().size());
    assertFalse(model.parameters().get(2).isDecayed());
  }
}
