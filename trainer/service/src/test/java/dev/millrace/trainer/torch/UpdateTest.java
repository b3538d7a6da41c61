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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The step against AdamW's and clipping's formulas, worked out here in doubles. */
class UpdateTest {
  private static final AdamW RULE = TinyModels.ADAM_W;
  private static final double RATE = 0.01;

  /** Everything about one step of one parameter. */
  private record Step(Parameter parameter, float[] weight, float[] gradient) {}

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 1e9})
  void theFirstStepIsAsThePaperSays(double normMax) throws Exception {
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model = model()) {
      model.accumulate(batch, (double) batch.targetTokens(), 1);
      List<Step> before = steps(model);
      double norm = norm(before);
      assertTrue(norm > 0.05 && norm < 1e9, "norm " + norm);

      double seen = model.gradientNorm();
      assertEquals(norm, seen, norm * 1e-5);
      assertEquals(seen, model.update(normMax, RATE)); // To look at it changes nothing.

      double factor = Math.min(1, normMax / norm);
      for (Step step : before) {
        float[] weight = values(model, TrainedTensor.WEIGHT, step.parameter);
        float[] first = values(model, TrainedTensor.FIRST_MOMENT, step.parameter);
        float[] second = values(model, TrainedTensor.SECOND_MOMENT, step.parameter);
        double decay = step.parameter.isDecayed() ? RULE.weightDecay() : 0;
        for (int i = 0; i < weight.length; i++) {
          double g = step.gradient[i] * factor;
          double m = (1 - RULE.beta1()) * g;
          double v = (1 - RULE.beta2()) * g * g;
          assertEquals(m, first[i], 1e-4 * Math.abs(m) + 1e-12, step.parameter.name());
          assertEquals(v, second[i], 1e-4 * v + 1e-15, step.parameter.name());
          // Corrected for their zero start, the moments of the first step are g and g^2.
          double change = g / (Math.abs(g) + RULE.epsilon()) + decay * step.weight[i];
          assertEquals(step.weight[i] - RATE * change, weight[i], 2e-5, step.parameter.name());
        }
      }
      assertEquals(1, model.optimizerSteps());
    }
  }

  /** beta1 0.5, beta2 0.75, gradients 1 and then 3, rate 0.1, no decay; worked out by hand. */
  @Test
  void thePlainRuleIsTheOneWorkedOutByHand() {
    // m = 0.5, 1.75; corrected 1, 1.75 / 0.75 = 7 / 3.
    // v = 0.25, 2.4375; corrected 1, 2.4375 / 0.4375 = 39 / 7.
    double afterTwo = 1 - 0.1 * 1 - 0.1 * (7 / 3.0) / Math.sqrt(39 / 7.0);
    assertEquals(0.8011462, afterTwo, 1e-7);
    assertEquals(afterTwo, new PlainAdamW(new AdamW(0.5, 0.75, 1e-12, 0), 1).after(1, 3), 1e-9);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.75, 0", "0.9, 0.999, 0.3"})
  void takesBetasAndDecayFromItsConfiguration(double beta1, double beta2, double decay)
      throws Exception {
    AdamW rule = new AdamW(beta1, beta2, 1e-8, decay);
    Architecture architecture = TinyModels.architecture(false);
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model =
        ScriptedModel.load(architecture, options(Precision.FP32, 0, false), rule)) {
      model.write(TrainedTensor.WEIGHT, WeightSource.of(TinyModels.weights(architecture, 7)));
      Parameter parameter = model.parameters().get(4); // A Conv1D weight, stored transposed.
      PlainAdamW plain = new PlainAdamW(rule, values(model, TrainedTensor.WEIGHT, parameter)[5]);
      for (int step = 0; step < 4; step++) {
        model.accumulate(batch, (double) batch.targetTokens(), step);
        double gradient = model.gradientValues().get(4)[5];
        model.update(1e9, 0.1);
        double expected = plain.step(gradient, 0.1);
        assertEquals(expected, values(model, TrainedTensor.WEIGHT, parameter)[5], 1e-5);
      }
    }
  }

  @Test
  void changesNothingWhenTheNormIsNotFinite() throws Exception {
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model = model()) {
      model.accumulate(batch, (double) batch.targetTokens(), 1);
      model.update(1, RATE);
      List<float[]> before = everything(model);

      model.accumulate(batch, 0, 2); // A sum divided by nothing is infinite.
      assertFalse(Double.isFinite(model.update(1, RATE)));

      List<float[]> after = everything(model);
      for (int i = 0; i < before.size(); i++) assertArrayEquals(before.get(i), after.get(i));
      assertEquals(1, model.optimizerSteps());
      model.accumulate(batch, (double) batch.targetTokens(), 2);
      assertTrue(Double.isFinite(model.update(1, RATE)), "gradients were not cleared");
    }
  }

  @Test
  void discardsWhatWasGathered() throws Exception {
    Microbatch batch = TinyModels.batch(11);
    try (ScriptedModel model = model()) {
      model.accumulate(batch, (double) batch.targetTokens(), 1);
      model.discard();
      model.accumulate(batch, (double) batch.targetTokens(), 1);
      double norm = model.update(1, RATE);
      try (ScriptedModel other = model()) {
        other.accumulate(batch, (double) batch.targetTokens(), 1);
        assertEquals(other.update(1, RATE), norm);
      }
    }
  }

  @Test
  void refusesAStepWithoutAMicrobatch() throws Exception {
    try (ScriptedModel model = model()) {
      IllegalStateException refusal =
          assertThrows(IllegalStateException.class, () -> model.update(1, RATE));
      assertEquals("0 of 40 parameters have a gradient", refusal.getMessage());
    }
  }

  /** One number under AdamW, in doubles. */
  private static final class PlainAdamW {
    private final AdamW rule;
    private double weight;
    private double first;
    private double second;
    private int steps;

    PlainAdamW(AdamW rule, double weight) {
      this.rule = rule;
      this.weight = weight;
    }

    double step(double gradient, double rate) {
      steps++;
      first += (1 - rule.beta1()) * (gradient - first);
      second += (1 - rule.beta2()) * (gradient * gradient - second);
      double m = first / (1 - Math.pow(rule.beta1(), steps));
      double v = second / (1 - Math.pow(rule.beta2(), steps));
      weight -= rate * rule.weightDecay() * weight;
      weight -= rate * m / (Math.sqrt(v) + rule.epsilon());
      return weight;
    }

    double after(double... gradients) {
      double last = weight;
      for (double gradient : gradients) last = step(gradient, 0.1);
      return last;
    }
  }

  private static ScriptedModel model() throws Exception {
    Architecture architecture = TinyModels.architecture(false);
    Map<String, float[]> weights = TinyModels.weights(architecture, 7);
    return TinyModels.model(architecture, options(Precision.FP32, 0, false), weights);
  }

  private static List<Step> steps(ScriptedModel model) throws IOException {
    List<float[]> gradients = model.gradientValues();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      Parameter parameter = model.parameters().get(i);
      float[] weight = values(model, TrainedTensor.WEIGHT, parameter);
      steps.add(new Step(parameter, weight, gradients.get(i)));
    }
    return steps;
  }

  private static double norm(List<Step> steps) {
    double squares = 0;
    for (Step step : steps) for (float g : step.gradient) squares += (double) g * g;
    return Math.sqrt(squares);
  }

  private static List<float[]> everything(ScriptedModel model) throws IOException {
    List<float[]> all = new ArrayList<>();
    for (TrainedTensor kind : TrainedTensor.values()) {
      for (Parameter parameter : model.parameters()) all.add(values(model, kind, parameter));
    }
    return all;
  }

  private static float[] values(ScriptedModel model, TrainedTensor kind, Parameter parameter)
      throws IOException {
    return model.read(kind).floats(parameter);
  }
}
