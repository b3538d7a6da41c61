package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Parameter;
import dev.millrace.model.Precision;
import dev.millrace.model.WeightSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Muon against its formulas, worked out here in doubles. */
class MuonTest {
  private static final double RATE = 0.01;
  private static final AdamW REST = new AdamW(0.9, 0.95, 1e-8, 0.1);
  private static final Muon RULE = new Muon(0.9, REST);
  private final Architecture architecture = TinyModels.architecture(false);

  private ScriptedModel model(Optimizer optimizer) throws Exception {
    ScriptedModel model =
        ScriptedModel.load(architecture, options(Precision.FP32, 0, false), optimizer);
    model.write(TrainedTensor.WEIGHT, WeightSource.of(TinyModels.weights(architecture, 7)));
    return model;
  }

  /** A wide one, a square one and a tall one, over three steps, so that momentum counts. */
  @ParameterizedTest
  @ValueSource(strings = {"h.0.attn.c_attn", "h.1.attn.c_proj", "h.2.mlp.c_proj"})
  void threeStepsOfAMatrixAreAsThePaperSays(String name) throws Exception {
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model = model(RULE)) {
      int index = indexOf(model, "transformer." + name + ".weight");
      Parameter parameter = model.parameters().get(index);
      int rows = Math.toIntExact(parameter.shape().get(0));
      int columns = Math.toIntExact(parameter.shape().get(1));
      double[][] momentum = new double[rows][columns];
      for (int step = 0; step < 3; step++) {
        model.accumulate(batch, (double) batch.targetTokens(), step);
        double[][] gradient = matrix(model.gradientValues().get(index), rows, columns);
        double[][] weight = matrix(weights(model, parameter), rows, columns);
        model.update(1e9, RATE);

        double[][] mixed = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            momentum[i][j] = 0.9 * momentum[i][j] + gradient[i][j];
            mixed[i][j] = gradient[i][j] + 0.9 * momentum[i][j];
          }
        }
        double[][] update = orthogonal(mixed);
        double size = 0.2 * Math.sqrt(Math.max(rows, columns));
        double[][] changed = matrix(weights(model, parameter), rows, columns);
        for (int i = 0; i < rows; i++) {
          for (int j = 0; j < columns; j++) {
            double expected = weight[i][j] * (1 - RATE * 0.1) - RATE * size * update[i][j];
            assertEquals(expected, changed[i][j], 2e-6, name + " step " + step);
          }
        }
      }
    }
  }

  /** The reference's iteration must itself be one: its rows become nearly orthonormal. */
  @Test
  void theIterationMakesAMatrixNearlyOrthogonal() {
    double[][] matrix = {{3, 1, 0, 2}, {1, 4, 1, 0}, {0, 2, 5, 1}};
    double[][] made = orthogonal(matrix);
    double[][] gram = product(made, transposed(made));
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) assertEquals(i == j ? 1 : 0, gram[i][j], 0.5);
    }
    assertEquals(3, trace(product(made, transposed(made))), 1);
  }

  @Test
  void allElseIsAdamWs() throws Exception {
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel muon = model(RULE);
        ScriptedModel adamW = model(REST)) {
      for (ScriptedModel model : List.of(muon, adamW)) {
        model.accumulate(batch, (double) batch.targetTokens(), 1);
        model.update(1, RATE);
      }
      for (Parameter parameter : muon.parameters()) {
        if (Muon.isMatrixOfALayer(parameter)) continue;
        assertArrayEquals(weights(adamW, parameter), weights(muon, parameter), parameter.name());
      }
    }
  }

  @Test
  void embeddingsAreNoMatricesOfALayer() throws Exception {
    try (ScriptedModel model = model(RULE)) {
      List<String> made =
          model.parameters().stream().filter(Muon::isMatrixOfALayer).map(Parameter::name).toList();
      assertEquals(12, made.size()); // Four in each of three layers.
      assertFalse(made.toString().contains("wte"));
    }
  }

  @Test
  void changesNothingWhenTheNormIsNotFinite() throws Exception {
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model = model(RULE)) {
      Parameter matrix = model.parameters().get(indexOf(model, "transformer.h.0.mlp.c_fc.weight"));
      float[] before = weights(model, matrix);
      model.accumulate(batch, 0, 2); // A sum divided by nothing is infinite.
      assertFalse(Double.isFinite(model.update(1, RATE)));
      assertArrayEquals(before, weights(model, matrix));
      assertEquals(0, model.optimizerSteps());
    }
  }

  @Test
  void learnsABatchByHeart() throws Exception {
    Microbatch batch = TinyModels.batch(11);
    double targets = (double) batch.targetTokens();
    try (ScriptedModel model = model(new Muon(0.95, REST))) {
      double loss = Double.NaN;
      for (int step = 0; step < 60; step++) {
        loss = 0;
        for (float row : model.accumulate(batch, targets, step)) loss += row / targets;
        model.update(1, RATE);
      }
      assertTrue(loss < 0.5, "loss " + loss);
    }
  }

  @Test
  void refusesAMomentumThatForgetsNothing() {
    assertThrows(IllegalArgumentException.class, () -> new Muon(1, REST));
    assertThrows(IllegalArgumentException.class, () -> new Muon(Double.NaN, REST));
  }

  // ---- the reference

  /** Five steps of X <- a X + (b A + c A A) X with A = X Xt, on the side that is shorter. */
  private static double[][] orthogonal(double[][] matrix) {
    boolean tall = matrix.length > matrix[0].length;
    double[][] x = tall ? transposed(matrix) : matrix;
    x = scaled(x, 1 / (Math.sqrt(trace(product(x, transposed(x)))) + 1e-7));
    for (int i = 0; i < 5; i++) {
      double[][] a = product(x, transposed(x));
      double[][] b = sum(scaled(a, -4.7750), scaled(product(a, a), 2.0315));
      x = sum(scaled(x, 3.4445), product(b, x));
    }
    return tall ? transposed(x) : x;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) c[i][j] += a[i][k] * b[k][j];
      }
    }
    return c;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] c = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) c[i][j] = a[i][j] + b[i][j];
    }
    return c;
  }

  private static double[][] scaled(double[][] a, double factor) {
    double[][] c = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) c[i][j] = a[i][j] * factor;
    }
    return c;
  }

  private static double[][] transposed(double[][] a) {
    double[][] c = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) c[j][i] = a[i][j];
    }
    return c;
  }

  private static double trace(double[][] a) {
    double trace = 0;
    for (int i = 0; i < a.length; i++) trace += a[i][i];
    return trace;
  }

  private static double[][] matrix(float[] values, int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < values.length; i++) matrix[i / columns][i % columns] = values[i];
    return matrix;
  }

  private static int indexOf(ScriptedModel model, String name) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < model.parameters().size(); i++) {
      places.put(model.parameters().get(i).name(), i);
    }
    return places.get(name);
  }

  private static float[] weights(ScriptedModel model, Parameter parameter) throws Exception {
    return model.read(TrainedTensor.WEIGHT).floats(parameter);
  }
}
