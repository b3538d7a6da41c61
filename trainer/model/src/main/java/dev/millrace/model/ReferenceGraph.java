package dev.millrace.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Computes as it goes, in doubles. */
final class ReferenceGraph implements Graph<ReferenceGraph.Tensor> {

  /** Row by row; integers are whole doubles. */
  record Tensor(int[] shape, double[] data) {
    static Tensor zeros(int[] leading, int width) {
      int[] shape = Arrays.copyOf(leading, leading.length + 1);
      shape[leading.length] = width;
      return new Tensor(shape, new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)]);
    }

    int width() {
      return shape[shape.length - 1];
    }

    int rows() {
      return data.length / width();
    }

    int[] leading() {
      return Arrays.copyOf(shape, shape.length - 1);
    }

    double[] row(int index) {
      return Arrays.copyOfRange(data, index * width(), (index + 1) * width());
    }
  }

  private final WeightSource weights;
  private final Map<Input, Tensor> inputs = new EnumMap<>(Input.class);

  ReferenceGraph(WeightSource weights, Map<Input, long[]> batch, int rows) {
    this.weights = weights;
    batch.forEach(
        (input, ids) -> {
          boolean each = input.axis() == Axis.ROW;
          int[] shape = each ? new int[] {rows} : new int[] {rows, ids.length / rows};
          inputs.put(input, new Tensor(shape, Arrays.stream(ids).asDoubleStream().toArray()));
        });
  }

  @Override
  public Tensor input(Input input) {
    Tensor given = inputs.get(input);
    if (given == null) throw new IllegalArgumentException("the batch has no " + input.id());
    return given;
  }

  @Override
  public Tensor parameter(String name, Init init, int... shape) {
    List<Long> dimensions = Arrays.stream(shape).mapToObj(dimension -> (long) dimension).toList();
    try {
      float[] values = weights.floats(new Parameter(name, dimensions, init));
      return new Tensor(
          shape, IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray());
    } catch (IOException e) {
      throw new UncheckedIOException("parameter " + name, e);
    }
  }

  @Override
  public Tensor positions(Tensor ids, int first) {
    int length = ids.width();
    double[] positions = IntStream.range(first, first + length).asDoubleStream().toArray();
    return new Tensor(new int[] {length}, positions);
  }

  @Override
  public Tensor embedding(Tensor table, Tensor ids) {
    int width = table.width();
    Tensor y = Tensor.zeros(ids.shape, width);
    for (int i = 0; i < ids.data.length; i++) {
      int id = (int) ids.data[i];
      System.arraycopy(table.data, id * width, y.data, i * width, width);
    }
    return y;
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
    int in = weight.shape[1];
    int out = weight.shape[0];
    Tensor y = Tensor.zeros(x.leading(), out);
    for (int r = 0; r < x.rows(); r++) {
      for (int o = 0; o < out; o++) {
        double sum = bias.isPresent() ? bias.get().data[o] : 0;
        for (int i = 0; i < in; i++) sum += x.data[r * in + i] * weight.data[o * in + i];
        y.data[r * out + o] = sum;
      }
    }
    return y;
  }

  @Override
  public Tensor transpose(Tensor matrix) {
    int rows = matrix.shape[0];
    int columns = matrix.shape[1];
    Tensor y = Tensor.zeros(new int[] {columns}, rows);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) y.data[c * rows + r] = matrix.data[r * columns + c];
    }
    return y;
  }

  @Override
  public Tensor first(Tensor x) {
    Tensor y = Tensor.zeros(new int[] {x.shape[0]}, x.width());
    for (int b = 0; b < x.shape[0]; b++) {
      System.arraycopy(x.row(b * x.shape[1]), 0, y.data, b * x.width(), x.width());
    }
    return y;
  }

  @Override
  public List<Tensor> split(Tensor x, int parts) {
    return IntStream.range(0, parts).mapToObj(part -> part(x, part, x.width() / parts)).toList();
  }

  private static Tensor part(Tensor x, int part, int width) {
    Tensor y = Tensor.zeros(x.leading(), width);
    for (int r = 0; r < x.rows(); r++) {
      System.arraycopy(x.data, r * x.width() + part * width, y.data, r * width, width);
    }
    return y;
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    if (a.data.length < b.data.length) return add(b, a);
    double[] sum = a.data.clone();
    for (int i = 0; i < sum.length; i++) sum[i] += b.data[i % b.data.length];
    return new Tensor(a.shape, sum);
  }

  @Override
  public Tensor multiply(Tensor a, Tensor b) {
    double[] product = a.data.clone();
    for (int i = 0; i < product.length; i++) product[i] *= b.data[i];
    return new Tensor(a.shape, product);
  }

  @Override
  public Tensor activation(Activation function, Tensor x) {
    DoubleUnaryOperator f =
        switch (function) {
          case GELU_TANH ->
              v -> v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))) / 2;
          case GELU -> v -> v * (1 + erf(v / Math.sqrt(2))) / 2;
          case TANH -> Math::tanh;
          case SILU -> v -> v / (1 + Math.exp(-v));
        };
    return new Tensor(x.shape, Arrays.stream(x.data).map(f).toArray());
  }

  /** Abramowitz and Stegun 1964, 7.1.6: all terms of one sign, so that none cancel. */
  static double erf(double x) {
    if (Math.abs(x) > 6) return Math.signum(x); // Nearer to 1 than doubles are.
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  @Override
  public Tensor layerNorm(Tensor x, Tensor gain, Tensor bias, double epsilon) {
    Tensor y = Tensor.zeros(x.leading(), x.width());
    for (int r = 0; r < x.rows(); r++) {
      double[] row = x.row(r);
      double mean = Arrays.stream(row).sum() / row.length;
      double variance = Arrays.stream(row).map(v -> (v - mean) * (v - mean)).sum() / row.length;
      for (int i = 0; i < row.length; i++) {
        double normed = (row[i] - mean) / Math.sqrt(variance + epsilon);
        y.data[r * row.length + i] = normed * gain.data[i] + bias.data[i];
      }
    }
    return y;
  }

  @Override
  public Tensor rmsNorm(Tensor x, Tensor gain, double epsilon) {
    Tensor y = Tensor.zeros(x.leading(), x.width());
    for (int r = 0; r < x.rows(); r++) {
      double[] row = x.row(r);
      double square = Arrays.stream(row).map(v -> v * v).sum() / row.length;
      for (int i = 0; i < row.length; i++) {
        y.data[r * row.length + i] = row[i] / Math.sqrt(square + epsilon) * gain.data[i];
      }
    }
    return y;
  }

  @Override
  public Tensor rotary(Tensor x, Tensor positions, Rotation rotation) {
    Tensor y = Tensor.zeros(x.leading(), x.width());
    int half = rotation.frequencies().size();
    for (int r = 0; r < x.rows(); r++) {
      double position = positions.data[r % positions.data.length];
      for (int i = 0; i < x.width(); i++) {
        if (i % (2 * half) >= half) continue;
        double angle = position * rotation.frequencies().get(i % (2 * half));
        double cosine = Math.cos(angle) * rotation.magnitude();
        double sine = Math.sin(angle) * rotation.magnitude();
        int a = r * x.width() + i;
        int b = a + half;
        y.data[a] = x.data[a] * cosine - x.data[b] * sine;
        y.data[b] = x.data[b] * cosine + x.data[a] * sine;
      }
    }
    return y;
  }

  @Override
  public Tensor attention(
      Tensor q, Tensor k, Tensor v, int heads, int keyHeads, Mask<Tensor> mask) {
    Tensor y = Tensor.zeros(q.leading(), q.width());
    for (int b = 0; b < q.shape[0]; b++) {
      for (int t = 0; t < q.shape[1]; t++) {
        for (int head = 0; head < heads; head++) {
          attend(q, k, v, y, b, t, head, head / (heads / keyHeads), q.width() / heads, mask);
        }
      }
    }
    return y;
  }

  /** One query of one head of width d. */
  private static void attend(
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor y,
      int b,
      int t,
      int head,
      int keyHead,
      int d,
      Mask<Tensor> mask) {
    int length = k.shape[1];
    int query = (b * q.shape[1] + t) * q.width() + head * d;
    double[] weight = new double[length];
    for (int s = 0; s < length; s++) {
      int key = (b * length + s) * k.width() + keyHead * d;
      double dot = 0;
      for (int i = 0; i < d; i++) dot += q.data[query + i] * k.data[key + i];
      weight[s] = sees(mask, b, t, s) ? Math.exp(dot / Math.sqrt(d)) : 0;
    }
    double sum = Arrays.stream(weight).sum();
    for (int s = 0; s < length; s++) {
      int value = (b * length + s) * v.width() + keyHead * d;
      for (int i = 0; i < d; i++) y.data[query + i] += weight[s] / sum * v.data[value + i];
    }
  }

  private static boolean sees(Mask<Tensor> mask, int b, int t, int s) {
    if (mask.causal() && s > t) return false;
    return mask.segments().map(m -> m.row(b)[t] == m.row(b)[s]).orElse(true)
        && mask.keys().map(m -> m.row(b)[s] != 0).orElse(true);
  }

  @Override
  public Tensor dropout(Tensor x) {
    return x;
  }

  @Override
  public Tensor crossEntropy(Tensor logits, Tensor targets) {
    double[] nll = new double[targets.data.length];
    for (int r = 0; r < nll.length; r++) {
      if (targets.data[r] == IGNORED) continue;
      double[] row = logits.row(r);
      double max = Arrays.stream(row).max().orElseThrow();
      double sum = Arrays.stream(row).map(v -> Math.exp(v - max)).sum();
      nll[r] = max + Math.log(sum) - row[(int) targets.data[r]];
    }
    return new Tensor(targets.shape, nll);
  }
}
