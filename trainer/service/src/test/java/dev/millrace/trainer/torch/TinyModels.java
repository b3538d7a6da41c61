package dev.millrace.trainer.torch;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph;
import dev.millrace.model.Parameter;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Models that fit in a test, and batches for them. */
final class TinyModels {
  static final Gpt2Spec SPEC = new Gpt2Spec(97, 32, 32, 4, 3, 0, 0);
  static final AdamW ADAM_W = new AdamW(0.9, 0.95, 1e-8, 0.1);
  private static final int ROWS = 3;
  private static final int LENGTH = 20;

  private TinyModels() {}

  static Architecture architecture(boolean documentMasks) {
    return Architectures.of(SPEC, documentMasks);
  }

  static TorchOptions options(Precision precision, double dropout, boolean recompute) {
    return new TorchOptions(precision, dropout, recompute, TorchDevice.CPU, 1);
  }

  /** Products by oneDNN or as PyTorch chooses, whatever is faster here. */
  static TorchOptions options(Precision precision, boolean oneDnn) {
    return new TorchOptions(precision, 0, false, TorchDevice.CPU, 1, oneDnn);
  }

  static ScriptedModel model(
      Architecture architecture, TorchOptions options, Map<String, float[]> weights)
      throws Exception {
    ScriptedModel model = ScriptedModel.load(architecture, options, ADAM_W);
    model.write(TrainedTensor.WEIGHT, WeightSource.of(weights));
    return model;
  }

  /** Biases and gains too are random, so that a mix-up shows. */
  static Map<String, float[]> weights(Architecture architecture, long seed) {
    Random random = new Random(seed);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (Parameter parameter : Shapes.of(architecture).parameters()) {
      float[] values = new float[(int) parameter.elements()];
      for (int i = 0; i < values.length; i++) {
        double noise = random.nextGaussian() * (parameter.init().deviation() + 0.1);
        values[i] = (float) (parameter.init().mean() + noise);
      }
      weights.put(parameter.name(), values);
    }
    return weights;
  }

  /** A quarter of the labels ignored, documents of several lengths. */
  static Microbatch batch(long seed) {
    return batch(seed, ROWS, LENGTH);
  }

  static Microbatch batch(long seed, int rows, int length) {
    Random random = new Random(seed);
    int size = rows * length;
    int vocabulary = SPEC.vocabularySize();
    long[] ids = random.longs(size, 0, vocabulary).toArray();
    long[] labels = random.longs(size, 0, vocabulary).toArray();
    for (int i = 0; i < size; i++) if (random.nextInt(4) == 0) labels[i] = Graph.IGNORED;
    long[] segments =
        IntStream.range(0, size).mapToLong(i -> i % length / (5 + i / length)).toArray();
    return new Microbatch(ids, labels, Optional.of(segments), rows, length);
  }

  static Map<Graph.Input, long[]> inputs(Microbatch batch) {
    return batch.inputs();
  }
}
