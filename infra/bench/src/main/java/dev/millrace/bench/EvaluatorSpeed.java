package dev.millrace.bench;

import dev.millrace.evaluator.onnx.OnnxSession;
import dev.millrace.evaluator.onnx.Provider;
import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph.Axis;
import dev.millrace.model.Graph.Input;
import dev.millrace.model.Initialiser;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Rope;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Tokens a second through the evaluator's forward pass, its exported model in ONNX Runtime, and
 * through the trainer's own, in turns; the same weights, tokens and threads; a model of each
 * family. Arguments: threads (2), rounds (5). {@code infra/bench/peers/evaluation} puts
 * transformers beside them.
 */
final class EvaluatorSpeed {
  private static final int VOCABULARY = 8192;
  private static final int CONTEXT = 512;
  private static final int WIDTH = 384;
  private static final int HEADS = 6;
  private static final int LAYERS = 6;
  private static final int INNER = 4 * WIDTH;
  private static final int ROWS = 4; // Of the context: the evaluator's default batch of 2,048.
  private static final int WARM_UP = 2;

  private EvaluatorSpeed() {}

  public static void main(String[] arguments) throws IOException {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    System.out.printf(
        Locale.ROOT,
        "%d rows of %d, fp32, %d threads; tokens/s, median of %d (slowest - fastest)%n%n",
        ROWS,
        CONTEXT,
        threads,
        rounds);
    System.out.println(
        "| family | parameters | evaluator, ONNX Runtime | trainer's forward, PyTorch |"
            + " evaluator / trainer |");
    System.out.println("|---|---|---|---|---|");
    for (ModelSpec spec : specs()) measure(spec, threads, rounds);
  }

  /** About 14 million parameters each; {@code evaluation_side.py} has the same. */
  private static List<ModelSpec> specs() {
    BartSpec.Side side = new BartSpec.Side(LAYERS / 2, HEADS, INNER);
    Rope rope = new Rope(10_000, new Rope.Unscaled());
    int head = WIDTH / HEADS;
    return List.of(
        new Gpt2Spec(VOCABULARY, CONTEXT, WIDTH, HEADS, LAYERS, 0, 0),
        new LlamaSpec(
            VOCABULARY, CONTEXT, WIDTH, 1024, HEADS, 2, head, LAYERS, rope, true, 0, 0, 0, 1e-5),
        new BertSpec(VOCABULARY, CONTEXT, WIDTH, INNER, HEADS, LAYERS, 2, 0, 0, 1e-12),
        new BartSpec(VOCABULARY, CONTEXT, WIDTH, side, side, 0, 0, 1, 2, 2));
  }

  private static void measure(ModelSpec spec, int threads, int rounds) throws IOException {
    Architecture architecture = Architectures.of(spec);
    Shapes shapes = Shapes.of(architecture);
    WeightSource weights = Initialiser.weights(shapes, 1);
    Map<Input, long[]> batch = batch(shapes);
    Microbatch microbatch = new Microbatch(batch, ROWS);
    TorchOptions options = new TorchOptions(Precision.FP32, 0, false, TorchDevice.CPU, threads);
    Path directory = Files.createTempDirectory("millrace-bench-");
    Path onnx = directory.resolve("model.onnx");
    OnnxModel.write(
        architecture, weights, new OnnxModel.Options(OnnxModel.Attention.FUSED, false), onnx);
    try (OnnxSession session = OnnxSession.open(onnx, Provider.CPU, threads);
        ScriptedModel model =
            ScriptedModel.load(architecture, options, new AdamW(0.9, 0.95, 1e-8, 0.1))) {
      model.write(TrainedTensor.WEIGHT, weights);
      double[][] seconds = new double[2][rounds];
      for (int round = -WARM_UP; round < rounds; round++) {
        double first = seconds(() -> session.nll(batch, ROWS));
        double second = seconds(() -> model.nll(microbatch));
        if (round < 0) continue;
        seconds[0][round] = first;
        seconds[1][round] = second;
      }
      for (double[] one : seconds) Arrays.sort(one);
      System.out.printf(
          Locale.ROOT,
          "| %s | %,d | %s | %s | %.2f |%n",
          spec.family(),
          shapes.parameterCount(),
          rates(seconds[0]),
          rates(seconds[1]),
          seconds[1][rounds / 2] / seconds[0][rounds / 2]);
    } finally {
      for (Path file : List.of(onnx, directory.resolve("model.onnx_data"), directory)) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Full rows of random tokens, all of them scored. */
  private static Map<Input, long[]> batch(Shapes shapes) {
    Random random = new Random(1);
    Map<Input, long[]> batch = new EnumMap<>(Input.class);
    for (Input input : shapes.inputs().stream().sorted().toList()) {
      int values = input.axis() == Axis.ROW ? ROWS : ROWS * CONTEXT;
      long[] all = new long[values];
      switch (input) {
        case INPUT_IDS, LABELS, DECODER_INPUT_IDS, DECODER_LABELS ->
            all = random.longs(values, 0, VOCABULARY).toArray();
        case ATTENTION_MASK -> Arrays.fill(all, 1);
        case TOKEN_TYPE_IDS, SEGMENT_IDS, NEXT_SENTENCE_LABEL -> {} // One text a row.
      }
      batch.put(input, all);
    }
    return batch;
  }

  private static double seconds(Runnable pass) {
    long start = System.nanoTime();
    pass.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static String rates(double[] sorted) {
    double tokens = ROWS * CONTEXT;
    return String.format(
        Locale.ROOT,
        "%,.0f (%,.0f - %,.0f)",
        tokens / sorted[sorted.length / 2],
        tokens / sorted[sorted.length - 1],
        tokens / sorted[0]);
  }
}
