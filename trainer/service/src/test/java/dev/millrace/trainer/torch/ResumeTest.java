package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.model.Precision;
import dev.millrace.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Law 3, as far as the model goes: what goes on from a saved state is what never stopped. */
class ResumeTest {
  private static final int STEPS = 9;
  private static final int BEFORE = 4;

  @TempDir Path whole;
  @TempDir Path parts;

  @ParameterizedTest
  @CsvSource({
    "FP32, false, adamw",
    "BF16, false, adamw",
    "FP32, true, adamw",
    "FP32, false, muon",
    "BF16, false, muon"
  })
  void goesOnInANewJvmBitByBit(Precision precision, boolean recompute, String name)
      throws Exception {
    TorchOptions options = options(precision, 0.1, recompute);
    Optimizer optimizer = Progress.optimizer(name);
    List<String> expected = Progress.run(options, optimizer, 0, STEPS, whole);

    List<String> lines = new ArrayList<>(Progress.run(options, optimizer, 0, BEFORE, parts));
    lines.addAll(inAnotherJvm(precision, recompute, name));

    assertEquals(expected, lines);
    for (TrainedTensor kind : TrainedTensor.values()) {
      String file = kind.name().toLowerCase(Locale.ROOT) + ".safetensors";
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(parts.resolve(file)), file);
    }
  }

  private List<String> inAnotherJvm(Precision precision, boolean recompute, String name)
      throws Exception {
    ChildJvm.Command command =
        ChildJvm.of(Progress.class)
            .jvmOptions("-Xmx256m")
            .property("ai.djl.offline", "true")
            .environment("OPT_OUT_TRACKING", "true")
            .arguments(
                precision.name(),
                Boolean.toString(recompute),
                name,
                Integer.toString(BEFORE),
                Integer.toString(STEPS - BEFORE),
                parts.toString());
    try (ChildJvm child = command.start(parts.resolve("output"))) {
      assertEquals(0, child.awaitExit(Duration.ofMinutes(2)), child::output);
      return child.output().lines().filter(line -> line.startsWith("step ")).toList();
    }
  }

  @Test
  void theSameStartGivesTheSameBits() throws Exception {
    TorchOptions options = options(Precision.FP32, 0.1, false);
    assertEquals(
        Progress.run(options, TinyModels.ADAM_W, 0, 3, whole),
        Progress.run(options, TinyModels.ADAM_W, 0, 3, parts));
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("weight.safetensors")),
        Files.readAllBytes(parts.resolve("weight.safetensors")));
  }
}
