package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Gpt;
import dev.millrace.model.Gpt2;
import dev.millrace.model.Llama;
import dev.millrace.model.Parameter;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With document masks a packed row is its documents, each alone in a row. */
class DocumentMasksTest {
  private static final int[] DOCUMENTS = {6, 1, 13}; // Tokens of each.
  private static final int LENGTH = 20;
  private static final TorchOptions OPTIONS = options(Precision.FP32, 0, false);

  /** What was computed of some rows: nats of every token, and the gradient of each parameter. */
  private record Computed(float[] nll, List<float[]> gradients) {}

  @ParameterizedTest
  @EnumSource(
      names = {
        "GPT_WITH_DOCUMENT_MASKS",
        "GPT2_WITH_DOCUMENT_MASKS",
        "TIED_LLAMA_WITH_DOCUMENT_MASKS"
      })
  void aPackedRowIsItsDocumentsEachAlone(TinyModel tiny) throws Exception {
    Architecture masked = tiny.architecture();
    Map<String, float[]> weights = TinyModels.weights(masked, 3);
    Random random = new Random(4);
    long[] tokens = random.longs(LENGTH, 0, 97).toArray();
    long[] labels = random.longs(LENGTH, 0, 97).toArray();
    long[] segments = new long[LENGTH];
    Arrays.fill(segments, 6, 7, 1);
    Arrays.fill(segments, 7, LENGTH, 2);
    Microbatch row = new Microbatch(tokens, labels, Optional.of(segments), 1, LENGTH);
    Computed packed = compute(masked, weights, row);

    float[] nll = new float[LENGTH];
    List<float[]> gradients = new ArrayList<>();
    int at = 0;
    for (int length : DOCUMENTS) {
      Microbatch alone =
          new Microbatch(
              Arrays.copyOfRange(tokens, at, at + length),
              Arrays.copyOfRange(labels, at, at + length),
              Optional.empty(),
              1,
              length);
      Computed document = compute(plain(masked), moved(weights, -at), alone);
      System.arraycopy(document.nll(), 0, nll, at, length);
      add(gradients, movedBack(masked, document.gradients(), at));
      at += length;
    }
    assertArrayEquals(nll, packed.nll(), 2e-5f);
    for (int i = 0; i < gradients.size(); i++) {
      assertArrayEquals(gradients.get(i), packed.gradients().get(i), 2e-5f, "parameter " + i);
    }
    float[] unmasked = compute(plain(masked), weights, row).nll();
    assertArrayEquals(Arrays.copyOf(nll, 6), Arrays.copyOf(unmasked, 6), 2e-5f);
    assertFalse(Math.abs(unmasked[6] - nll[6]) < 1e-3, "the mask makes no difference");
  }

  private static Computed compute(
      Architecture architecture, Map<String, float[]> weights, Microbatch batch) throws Exception {
    try (ScriptedModel model = TinyModels.model(architecture, OPTIONS, weights)) {
      float[] nll = model.nll(batch)[0];
      model.accumulate(batch, LENGTH, 1);
      return new Computed(nll, model.gradientValues());
    }
  }

  private static Architecture plain(Architecture masked) {
    if (masked instanceof Gpt2 gpt2) return Architectures.of(gpt2.spec());
    if (masked instanceof Gpt gpt) return Architectures.of(gpt.spec());
    return Architectures.of(((Llama) masked).spec());
  }

  /** A document that stands later in a row has the positions from there on. */
  private static Map<String, float[]> moved(Map<String, float[]> weights, int rows) {
    Map<String, float[]> moved = new LinkedHashMap<>(weights);
    moved.replaceAll((name, values) -> isPositions(name) ? moved(values, rows) : values);
    return moved;
  }

  private static List<float[]> movedBack(
      Architecture architecture, List<float[]> gradients, int rows) {
    List<float[]> back = new ArrayList<>();
    List<Parameter> parameters = Shapes.of(architecture).parameters();
    for (int i = 0; i < gradients.size(); i++) {
      boolean positions = isPositions(parameters.get(i).name());
      back.add(positions ? moved(gradients.get(i), rows) : gradients.get(i));
    }
    return back;
  }

  private static boolean isPositions(String name) {
    return name.contains("wpe") || name.contains("positions_embed");
  }

  /** Rows of 32 values, further down or up; what is not there is zero. */
  private static float[] moved(float[] table, int rows) {
    float[] moved = new float[table.length];
    int by = rows * 32;
    for (int i = Math.max(0, by); i < table.length + Math.min(0, by); i++) moved[i] = table[i - by];
    return moved;
  }

  private static void add(List<float[]> sums, List<float[]> more) {
    if (sums.isEmpty()) {
      more.forEach(values -> sums.add(values.clone()));
      return;
    }
    for (int i = 0; i < sums.size(); i++) {
      for (int k = 0; k < sums.get(i).length; k++) sums.get(i)[k] += more.get(i)[k];
    }
  }
}
