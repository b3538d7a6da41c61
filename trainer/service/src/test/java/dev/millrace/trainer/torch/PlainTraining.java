package dev.millrace.trainer.torch;

import dev.millrace.model.Architecture;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.Parameter;
import dev.millrace.model.Reference;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Training in plain Java: the reference's loss, its slopes by central differences, clipping and
 * AdamW from their papers. Only for models of some hundred values. The reference reads floats, so
 * that weights are rounded to them wherever it looks.
 */
final class PlainTraining {
  private static final double DIFFERENCE = 1e-3;

  private final Architecture architecture;
  private final AdamW rule;
  private final Map<Input, long[]> inputs;
  private final Microbatch batch;
  private final List<Parameter> parameters;
  private final Map<String, double[]> weights = new LinkedHashMap<>();
  private final Map<String, double[]> first = new LinkedHashMap<>();
  private final Map<String, double[]> second = new LinkedHashMap<>();
  private int steps;

  PlainTraining(
      Architecture architecture, Map<String, float[]> start, AdamW rule, Microbatch batch) {
    this.architecture = architecture;
    this.rule = rule;
    this.batch = batch;
    this.inputs = Map.of(Input.INPUT_IDS, batch.inputIds(), Input.LABELS, batch.labels());
    this.parameters = Shapes.of(architecture).parameters();
    for (Parameter parameter : parameters) {
      float[] values = start.get(parameter.name());
      double[] weight = new double[values.length];
      for (int i = 0; i < values.length; i++) weight[i] = values[i];
      weights.put(parameter.name(), weight);
      first.put(parameter.name(), new double[values.length]);
      second.put(parameter.name(), new double[values.length]);
    }
  }

  /** Mean nll of the batch's targets. */
  double loss() {
    Map<String, float[]> rounded = new LinkedHashMap<>();
    weights.forEach((name, values) -> rounded.put(name, floats(values)));
    double[] nll = Reference.nll(architecture, WeightSource.of(rounded), inputs, batch.rows());
    return Arrays.stream(nll).sum() / batch.targetTokens();
  }

  /** One step; returns the norm before clipping. */
  double step(double normMax, double rate) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      gradients.put(parameter.name(), slopes(weights.get(parameter.name())));
    }
    double squares =
        gradients.values().stream().flatMapToDouble(Arrays::stream).map(g -> g * g).sum();
    double norm = Math.sqrt(squares);
    double factor = Math.min(1, normMax / norm);
    steps++;
    for (Parameter parameter : parameters) adamW(parameter, gradients, factor, rate);
    return norm;
  }

  private void adamW(
      Parameter parameter, Map<String, double[]> gradients, double factor, double rate) {
    String name = parameter.name();
    double[] weight = weights.get(name);
    double[] m = first.get(name);
    double[] v = second.get(name);
    double decay = parameter.shape().size() >= 2 ? rule.weightDecay() : 0;
    for (int i = 0; i < weight.length; i++) {
      double g = gradients.get(name)[i] * factor;
      m[i] = rule.beta1() * m[i] + (1 - rule.beta1()) * g;
      v[i] = rule.beta2() * v[i] + (1 - rule.beta2()) * g * g;
      double mean = m[i] / (1 - Math.pow(rule.beta1(), steps));
      double square = v[i] / (1 - Math.pow(rule.beta2(), steps));
      weight[i] -= rate * (mean / (Math.sqrt(square) + rule.epsilon()) + decay * weight[i]);
    }
  }

  private double[] slopes(double[] weight) {
    double[] slopes = new double[weight.length];
    for (int i = 0; i < weight.length; i++) {
      double kept = weight[i];
      float up = (float) (kept + DIFFERENCE);
      float down = (float) (kept - DIFFERENCE);
      weight[i] = up;
      double above = loss();
      weight[i] = down;
      double below = loss();
      weight[i] = kept;
      slopes[i] = (above - below) / ((double) up - down);
    }
    return slopes;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) floats[i] = (float) values[i];
    return floats;
  }
}
