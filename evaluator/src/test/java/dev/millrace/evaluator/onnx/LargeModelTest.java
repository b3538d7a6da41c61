package dev.millrace.evaluator.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph.Init;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.OnnxModel.Attention;
import dev.millrace.model.Parameter;
import dev.millrace.model.Shapes;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model beyond 2 GiB, the most that protocol buffers or a Java buffer hold. */
@Tag("long")
class LargeModelTest {
  private static final int VOCABULARY = 300_000;
  private static final int WIDTH = 2048;
  private static final float SIZE = 0.01f;
  private static final String TABLE = "transformer.wte.weight";
  private static final Architecture ARCHITECTURE =
      Architectures.of(new Gpt2Spec(VOCABULARY, 8, WIDTH, 16, 1, 0, 0));

  @TempDir Path directory;

  /**
   * Every weight is zero but gains and the last token's row, +-0.01 in turn. After that token the
   * norm gives +-1, and its own logit is 2048 * 0.01 where all others are 0.
   */
  @Test
  void readsWeightsThatLieBeyondTwoGibibytes() throws Exception {
    Path file = directory.resolve("model.onnx");
    OnnxModel.write(
        ARCHITECTURE, LargeModelTest::chunks, new OnnxModel.Options(Attention.FUSED, false), file);
    assertTrue(Files.size(directory.resolve("model.onnx_data")) > 1L << 31);
    long last = VOCABULARY - 1;
    try (OnnxSession session = OnnxSession.open(file, Provider.CPU, 2)) {
      float[] nll = session.nll(new long[] {0, last, last}, new long[] {0, last, 0}, 1, 3);
      double root = Math.sqrt(SIZE * SIZE + 1e-5);
      double logit = WIDTH * (SIZE / root) * SIZE;
      double sum = Math.log(Math.exp(logit) + VOCABULARY - 1);
      assertEquals(Math.log(VOCABULARY), nll[0], 1e-4);
      assertEquals(sum - logit, nll[1], 1e-3);
      assertEquals(sum, nll[2], 1e-3);
    }
  }

  private static Iterable<ByteBuffer> chunks(String name) {
    Parameter parameter =
        Shapes.of(ARCHITECTURE).parameters().stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow();
    float fill = parameter.init().equals(Init.ONES) ? 1 : 0;
    long rows = parameter.elements() / Math.min(WIDTH, parameter.elements());
    int width = (int) (parameter.elements() / rows);
    return () -> rows(rows, width, fill, name.equals(TABLE));
  }

  private static Iterator<ByteBuffer> rows(long rows, int width, float fill, boolean lastDiffers) {
    return LongStream.range(0, rows)
        .mapToObj(
            row -> {
              ByteBuffer bytes =
                  ByteBuffer.allocate(width * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
              boolean differs = lastDiffers && row == rows - 1;
              for (int i = 0; i < width; i++) {
                bytes.putFloat(differs ? (i % 2 == 0 ? SIZE : -SIZE) : fill);
              }
              return bytes.flip();
            })
        .iterator();
  }
}
