package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Parameter;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a step takes in native memory it gives back. */
@Tag("long")
class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Gpt2Spec SPEC = new Gpt2Spec(2048, 128, 128, 2, 2, 0, 0);
  private static final int WARM_UP_STEPS = 40;
  private static final int STEPS = 300;

  @ParameterizedTest
  @CsvSource({"FP32, false", "BF16, false", "BF16, true"})
  void threeHundredStepsLeaveNothingBehind(Precision precision, boolean recompute)
      throws Exception {
    Assumptions.assumeTrue(Files.exists(STATUS), "only Linux tells how much memory is resident");
    Architecture architecture = Architectures.of(SPEC);
    Random random = new Random(1);
    long[] ids = random.longs(4 * 128, 0, 2048).toArray();
    Microbatch batch = new Microbatch(ids, ids, Optional.empty(), 4, 128);
    try (ScriptedModel model =
        ScriptedModel.load(architecture, options(precision, 0.1, recompute), TinyModels.ADAM_W)) {
      model.write(TrainedTensor.WEIGHT, Initialiser.weights(Shapes.of(architecture), 1));
      for (int step = 0; step < WARM_UP_STEPS; step++) everything(model, batch, step);
      long before = residentMegabytes();
      for (int step = 0; step < STEPS; step++) everything(model, batch, step);
      long grown = residentMegabytes() - before;
      System.out.printf("%s recompute %b: %d MB, %+d%n", precision, recompute, before, grown);
      assertTrue(grown < 30, "grown by " + grown + " MB"); // One step's activations are 30 MB.
    }
  }

  private static void everything(ScriptedModel model, Microbatch batch, int step)
      throws IOException {
    model.accumulate(batch, 512, step);
    model.update(1, 1e-3);
    if (step % 10 > 0) return;
    model.nll(batch);
    for (Parameter parameter : model.parameters()) {
      for (ByteBuffer chunk : model.chunks(TrainedTensor.WEIGHT, parameter.name())) {
        assertTrue(chunk.remaining() > 0);
      }
    }
  }

  private static long residentMegabytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
