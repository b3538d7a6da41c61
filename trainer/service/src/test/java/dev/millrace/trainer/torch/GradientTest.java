package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Precision;
import dev.millrace.model.Reference;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Rope;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientTest {
  /** Softmax does not feel the biases of keys: their gradient is zero but for rounding. */
  private static final double ROUNDING = 1e-7;

  /** Standard deviation of what a value changes by. */
  private static final double STEP = 1e-4;

  /** Along a random direction, so that every value of a parameter has a share in the slope. */
  @ParameterizedTest
  @EnumSource
  void everyParametersGradientIsTheSlopeOfTheReferencesLoss(TinyModel tiny) throws Exception {
    Architecture architecture = tiny.architecture();
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = tiny.batch(11);
    Random random = new Random(13);
    try (ScriptedModel model =
        TinyModels.model(architecture, options(Precision.FP32, 0, false), weights)) {
      model.accumulate(batch, targets(architecture, batch), 1);
      List<float[]> gradients = model.gradientValues();
      for (int i = 0; i < gradients.size(); i++) {
        float[] gradient = gradients.get(i);
        float[] step = new float[gradient.length];
        for (int k = 0; k < step.length; k++) step[k] = (float) (random.nextGaussian() * STEP);
        String name = model.parameters().get(i).name();
        assertSlope(architecture, weights, batch, name, step, gradient);
      }
    }
  }

  private static void assertSlope(
      Architecture architecture,
      Map<String, float[]> weights,
      Microbatch batch,
      String name,
      float[] step,
      float[] gradient) {
    float[] values = weights.get(name);
    float[] up = new float[values.length];
    float[] down = new float[values.length];
    double rise = 0;
    double length = 0;
    double steepness = 0;
    for (int k = 0; k < values.length; k++) {
      up[k] = values[k] + step[k];
      down[k] = values[k] - step[k];
      double width = (double) up[k] - down[k]; // As it was rounded.
      rise += gradient[k] * width;
      length = Math.hypot(length, width);
      steepness = Math.hypot(steepness, gradient[k]);
    }
    weights.put(name, up);
    double above = referenceLoss(architecture, weights, batch);
    weights.put(name, down);
    double below = referenceLoss(architecture, weights, batch);
    weights.put(name, values);
    double delta = (steepness * 1e-5 + ROUNDING) * length;
    assertEquals(above - below, rise, delta, name);
  }

  @Test
  void microbatchesAddUpToOneBatchOfAllTheirTokens() throws Exception {
    Architecture architecture = TinyModels.architecture(false);
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch whole = TinyModels.batch(11, 4, 12);
    try (ScriptedModel together =
            TinyModels.model(architecture, options(Precision.FP32, 0, false), weights);
        ScriptedModel apart =
            TinyModels.model(architecture, options(Precision.FP32, 0, false), weights)) {
      float[] rows = together.accumulate(whole, (double) whole.targetTokens(), 1);
      float[] first = apart.accumulate(rows(whole, 0, 1), (double) whole.targetTokens(), 2);
      float[] rest = apart.accumulate(rows(whole, 1, 4), (double) whole.targetTokens(), 3);
      assertArrayEquals(Arrays.copyOf(rows, 1), first, 1e-4f);
      assertArrayEquals(Arrays.copyOfRange(rows, 1, 4), rest, 1e-4f);
      assertClose(together.gradientValues(), apart.gradientValues(), 1e-5);
    }
  }

  @Test
  void rowSumsAreThoseOfTheTokensNll() throws Exception {
    Architecture architecture = TinyModels.architecture(true);
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model =
        TinyModels.model(architecture, options(Precision.FP32, 0, false), weights)) {
      float[] rows = model.accumulate(batch, 1, 1);
      float[][] nll = model.nll(batch);
      assertEquals(batch.rows(), rows.length);
      for (int row = 0; row < rows.length; row++) {
        float[] tokens = nll[row];
        double sum = IntStream.range(0, tokens.length).mapToDouble(t -> tokens[t]).sum();
        assertEquals(sum, rows[row], sum * 1e-5);
      }
    }
  }

  /** The gradients of what all of its decoder's blocks see gather in another order. */
  @Test
  void recomputationGivesABartTheSameButForRounding() throws Exception {
    Architecture architecture = TinyModel.BART.architecture();
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = TinyModel.BART.batch(11);
    double[] targets = targets(architecture, batch);
    try (ScriptedModel kept =
            TinyModels.model(architecture, options(Precision.FP32, 0, false), weights);
        ScriptedModel recomputed =
            TinyModels.model(architecture, options(Precision.FP32, 0, true), weights)) {
      List<float[]> rows = kept.accumulate(batch, targets, 1);
      assertArrayEquals(rows.toArray(), recomputed.accumulate(batch, targets, 1).toArray());
      assertClose(kept.gradientValues(), recomputed.gradientValues(), 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BART")
  void recomputationGivesTheSameBits(TinyModel tiny) throws Exception {
    Architecture architecture = tiny.architecture();
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = tiny.batch(11);
    try (ScriptedModel kept =
            TinyModels.model(architecture, options(Precision.FP32, 0, false), weights);
        ScriptedModel recomputed =
            TinyModels.model(architecture, options(Precision.FP32, 0, true), weights)) {
      double[] targets = targets(architecture, batch);
      List<float[]> rows = kept.accumulate(batch, targets, 1);
      assertArrayEquals(rows.toArray(), recomputed.accumulate(batch, targets, 1).toArray());
      List<float[]> expected = kept.gradientValues();
      List<float[]> gradients = recomputed.gradientValues();
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), gradients.get(i), kept.parameters().get(i).name());
      }
    }
  }

  /** The backward pass must meet the very units that the forward pass dropped. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsBelongToTheUnitsThatWereDropped(boolean recompute) throws Exception {
    Architecture architecture = TinyModels.architecture(false);
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model =
        TinyModels.model(architecture, options(Precision.FP32, 0.2, recompute), weights)) {
      model.accumulate(batch, 1, 5);
      List<float[]> gradients = model.gradientValues();
      for (int i = 0; i < gradients.size(); i++) {
        float[] values = weights.get(model.parameters().get(i).name());
        int steepest = steepest(gradients.get(i));
        float kept = values[steepest];
        double above = loss(model, weights, values, steepest, kept + 2e-3f, batch);
        double below = loss(model, weights, values, steepest, kept - 2e-3f, batch);
        values[steepest] = kept;
        double slope = (above - below) / ((double) (kept + 2e-3f) - (kept - 2e-3f));
        String name = model.parameters().get(i).name();
        assertEquals(slope, gradients.get(i)[steepest], Math.abs(slope) * 0.03, name);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void lowPrecisionIsNearFullAndNotTheSame(TinyModel tiny) throws Exception {
    Architecture architecture = tiny.architecture();
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = tiny.batch(11);
    try (ScriptedModel full =
            TinyModels.model(architecture, options(Precision.FP32, 0, false), weights);
        ScriptedModel low =
            TinyModels.model(architecture, options(Precision.BF16, 0, false), weights)) {
      float[] expected = full.accumulate(batch, targets(architecture, batch), 1).get(0);
      float[] rows = low.accumulate(batch, targets(architecture, batch), 1).get(0);
      assertArrayEquals(expected, rows, expected[0] * 0.02f);
      assertTrue(!Arrays.equals(expected, rows), "computed in full precision");
      assertClose(full.gradientValues(), low.gradientValues(), 0.05);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneDnnsProductsGiveTheSameButForRounding(TinyModel tiny) throws Exception {
    assertSameProducts(tiny.architecture(), tiny.batch(11), Precision.FP32, 1e-5);
    assertSameProducts(tiny.architecture(), tiny.batch(11), Precision.BF16, 0.05);
  }

  /** PyTorch leaves backward passes of smaller ones than this to what oneDNN is not asked for. */
  @Test
  void oneDnnsProductsOfManyRowsGiveTheSameButForRounding() throws Exception {
    int tokens = 1300; // Three chunks of rows in the loss.
    Microbatch batch = TinyModels.batch(11, tokens / 13, 13);
    assertSameProducts(TinyModels.architecture(false), batch, Precision.FP32, 1e-5);
  }

  /** Two full blocks and one of 44, heads that share their keys. */
  @Test
  void queriesInBlocksGiveTheSameButForRounding() throws Exception {
    Rope rope = new Rope(10_000, new Rope.Unscaled());
    Architecture architecture =
        Architectures.of(
            new LlamaSpec(97, 300, 32, 80, 4, 2, 8, 2, rope, false, 0, 1, 2, 1e-5), false);
    Microbatch batch = TinyModels.batch(11, 2, 300);
    assertSameProducts(architecture, batch, Precision.FP32, 1e-5);
    assertSameProducts(architecture, batch, Precision.BF16, 0.05);
  }

  /** The scores of long rows would not fit: both take PyTorch's fused attention. */
  @Test
  void rowsThatAreTooLongForProductsGiveTheSameBits() throws Exception {
    Rope rope = new Rope(10_000, new Rope.Unscaled());
    Architecture architecture =
        Architectures.of(
            new LlamaSpec(97, 520, 32, 80, 4, 2, 8, 1, rope, false, 0, 1, 2, 1e-5), false);
    assertSameProducts(architecture, TinyModels.batch(11, 1, 520), Precision.BF16, 0);
  }

  /** Whose probability is 0 in float32: its loss is that of its logits all the same. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTargetThatIsAsGoodAsImpossibleHasItsLoss(boolean oneDnn) throws Exception {
    Architecture architecture = TinyModels.architecture(false);
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    float[] table = weights.get("transformer.wte.weight");
    for (int i = 0; i < table.length; i++) table[i] *= 1000;
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model =
        TinyModels.model(architecture, options(Precision.FP32, oneDnn), weights)) {
      float[] rows = model.accumulate(batch, 1, 1);
      float[][] nll = model.nll(batch);
      double largest = 0;
      for (int row = 0; row < rows.length; row++) {
        double sum = 0;
        for (float one : nll[row]) sum += one;
        assertEquals(sum, rows[row], sum * 1e-4, "row " + row);
        largest = Math.max(largest, largest(nll[row]));
      }
      System.out.println("The least likely target has " + largest + " nats.");
      assertTrue(largest > 110, "nothing is that unlikely");
    }
  }

  private static void assertSameProducts(
      Architecture architecture, Microbatch batch, Precision precision, double relative)
      throws Exception {
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    double[] targets = targets(architecture, batch);
    try (ScriptedModel mkl = TinyModels.model(architecture, options(precision, false), weights);
        ScriptedModel oneDnn = TinyModels.model(architecture, options(precision, true), weights)) {
      assertTrue(!mkl.source().equals(oneDnn.source()), "the same program");
      mkl.accumulate(batch, targets, 1);
      oneDnn.accumulate(batch, targets, 1);
      assertClose(mkl.gradientValues(), oneDnn.gradientValues(), relative);
    }
  }

  /** So are those that several threads make together. */
  @Test
  void oneDnnsProductsAreTheSameBitsEachTime() throws Exception {
    Architecture architecture = TinyModels.architecture(false);
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = TinyModels.batch(11, 100, 13);
    TorchOptions options = new TorchOptions(Precision.FP32, 0, false, TorchDevice.CPU, 2, true);
    try (ScriptedModel model = TinyModels.model(architecture, options, weights)) {
      float[] rows = model.accumulate(batch, 9, 1);
      List<float[]> first = model.gradientValues();
      for (int i = 0; i < 5; i++) {
        model.discard();
        assertArrayEquals(rows, model.accumulate(batch, 9, 1));
        assertArrayEquals(first.toArray(), model.gradientValues().toArray());
      }
    }
  }

  @Test
  void dropsOtherUnitsForAnotherSeedAndTheSameForTheSame() throws Exception {
    Architecture architecture = TinyModels.architecture(false);
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model =
        TinyModels.model(architecture, options(Precision.FP32, 0.2, false), weights)) {
      float[] rows = model.accumulate(batch, 9, 1);
      assertArrayEquals(rows, model.accumulate(batch, 9, 1));
      assertTrue(!Arrays.equals(rows, model.accumulate(batch, 9, 2)), "seed ignored");
    }
  }

  @Test
  void aTokenBeyondTheVocabularyIsAnErrorAndTheModelGoesOn() throws Exception {
    Architecture architecture = TinyModels.architecture(false);
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    Microbatch batch = TinyModels.batch(11);
    Microbatch beyond = TinyModels.batch(11);
    beyond.inputIds()[3] = TinyModels.SPEC.vocabularySize();
    try (ScriptedModel model =
        TinyModels.model(architecture, options(Precision.FP32, 0, false), weights)) {
      assertThrows(EngineException.class, () -> model.accumulate(beyond, 9, 1));
      float[] rows = model.accumulate(batch, 9, 1);
      assertArrayEquals(rows, model.accumulate(batch, 9, 1));
    }
  }

  private static double loss(
      ScriptedModel model,
      Map<String, float[]> weights,
      float[] changed,
      int at,
      float value,
      Microbatch batch)
      throws Exception {
    changed[at] = value;
    model.write(TrainedTensor.WEIGHT, WeightSource.of(weights));
    float[] rows = model.accumulate(batch, 1, 5);
    return IntStream.range(0, rows.length).mapToDouble(row -> rows[row]).sum();
  }

  private static double referenceLoss(
      Architecture architecture, Map<String, float[]> weights, Microbatch batch) {
    List<double[]> nll =
        Reference.nllOfHeads(architecture, WeightSource.of(weights), batch.inputs(), batch.rows());
    double[] targets = targets(architecture, batch);
    return IntStream.range(0, targets.length)
        .mapToDouble(head -> Arrays.stream(nll.get(head)).sum() / targets[head])
        .sum();
  }

  /** How many each head has. */
  private static double[] targets(Architecture architecture, Microbatch batch) {
    return Shapes.of(architecture).heads().stream()
        .mapToDouble(head -> batch.targets(head.targets()))
        .toArray();
  }

  private static int steepest(float[] gradient) {
    return IntStream.range(0, gradient.length)
        .reduce((a, b) -> Math.abs(gradient[b]) > Math.abs(gradient[a]) ? b : a)
        .orElseThrow();
  }

  /** Relative to the largest of each, or to a hundredth of the largest of all. */
  private static void assertClose(List<float[]> expected, List<float[]> got, double relative) {
    double all = expected.stream().mapToDouble(GradientTest::largest).max().orElseThrow();
    for (int i = 0; i < expected.size(); i++) {
      float delta = (float) (Math.max(largest(expected.get(i)), all / 100) * relative);
      assertArrayEquals(expected.get(i), got.get(i), delta, "tensor " + i);
    }
  }

  private static double largest(float[] values) {
    return Math.abs(values[steepest(values)]);
  }

  private static Microbatch rows(Microbatch batch, int from, int to) {
    int length = batch.length();
    long[] ids = Arrays.copyOfRange(batch.inputIds(), from * length, to * length);
    long[] labels = Arrays.copyOfRange(batch.labels(), from * length, to * length);
    return new Microbatch(ids, labels, Optional.empty(), to - from, length);
  }
}
