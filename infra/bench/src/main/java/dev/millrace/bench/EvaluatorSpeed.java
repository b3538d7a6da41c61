package dev.millrace.bench;

import dev.millrace.evaluator.onnx.OnnxSession;
import dev.millrace.evaluator.onnx.Provider;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Initialiser;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.Microbatch;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchDevice;
import dev.millrace.trainer.torch.TorchOptions;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Tokens a second through the evaluator's forward pass, its exported model in ONNX Runtime, and
 * through the trainer's own, in turns; the same weights, tokens and threads. Arguments: threads
 * (2), rounds (5). {@code infra/bench/peers/evaluation} puts transformers beside them.
 */
final class EvaluatorSpeed {
  /** 14 million parameters; {@code evaluation_side.py} has the same. */
  private static final Gpt2Spec SPEC = new Gpt2Spec(8192, 512, 384, 6, 6, 0, 0);

  private static final int ROWS = 4; // Of the context: the evaluator's default batch of 2,048.
  private static final int WARM_UP = 2;

  private EvaluatorSpeed() {}

  public static void main(String[] arguments) throws IOException {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    Architecture architecture = Architectures.of(SPEC);
    Shapes shapes = Shapes.of(architecture);
    WeightSource weights = Initialiser.weights(shapes, 1);
    Random random = new Random(1);
    int tokens = ROWS * SPEC.contextLength();
    long[] ids = random.longs(tokens, 0, SPEC.vocabularySize()).toArray();
    long[] labels = random.longs(tokens, 0, SPEC.vocabularySize()).toArray();
    Microbatch batch = new Microbatch(ids, labels, Optional.empty(), ROWS, SPEC.contextLength());
    TorchOptions options = new TorchOptions(Precision.FP32, 0, false, TorchDevice.CPU, threads);
    Path directory = Files.createTempDirectory("millrace-bench-");
    Path onnx = directory.resolve("model.onnx");
    OnnxModel.write(
        architecture, weights, new OnnxModel.Options(OnnxModel.Attention.FUSED, false), onnx);
    System.out.printf(
        Locale.ROOT,
        "%,d parameters, %d rows of %d, %d threads, median of %d%n",
        shapes.parameterCount(),
        ROWS,
        SPEC.contextLength(),
        threads,
        rounds);
    try (OnnxSession session = OnnxSession.open(onnx, Provider.CPU, threads);
        ScriptedModel model =
            ScriptedModel.load(architecture, options, new AdamW(0.9, 0.95, 1e-8, 0.1))) {
      model.write(TrainedTensor.WEIGHT, weights);
      Runnable evaluator = () -> session.nll(ids, labels, ROWS, SPEC.contextLength());
      Runnable trainer = () -> model.nll(batch);
      double[][] seconds = new double[2][rounds];
      for (int round = -WARM_UP; round < rounds; round++) {
        double first = seconds(evaluator);
        double second = seconds(trainer);
        if (round < 0) continue;
        seconds[0][round] = first;
        seconds[1][round] = second;
      }
      print("evaluator, ONNX Runtime", tokens, seconds[0]);
      print("trainer's forward, PyTorch", tokens, seconds[1]);
    } finally {
      for (Path file : Arrays.asList(onnx, directory.resolve("model.onnx_data"), directory)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static double seconds(Runnable pass) {
    long start = System.nanoTime();
    pass.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void print(String name, int tokens, double[] seconds) {
    Arrays.sort(seconds);
    System.out.printf(
        Locale.ROOT,
        "%-28s %,10.0f tokens/s   %,.0f - %,.0f%n",
        name,
        tokens / seconds[seconds.length / 2],
        tokens / seconds[seconds.length - 1],
        tokens / seconds[0]);
  }
}
