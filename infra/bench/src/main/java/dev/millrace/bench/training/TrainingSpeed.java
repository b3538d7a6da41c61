package dev.millrace.bench.training;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.Microbatch;
import dev.millrace.trainer.torch.Muon;
import dev.millrace.trainer.torch.Optimizer;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchDevice;
import dev.millrace.trainer.torch.TorchOptions;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * How fast the trainer's own model takes steps: forward, backward, clipping and the optimizer, one
 * microbatch a step. Arguments: a size, {@code gpt2-14m} where there is none, rounds, and threads.
 * Every row's rounds take turns with those of the row it is compared with, and with large products,
 * so that all meet the same machine. At the end, what a short whole run waits for.
 */
final class TrainingSpeed {
  private static final AdamW ADAM_W = new AdamW(0.9, 0.95, 1e-8, 0.1);
  private static final double LEARNING_RATE = 6e-4;
  private static final int DOCUMENT_TOKENS = 100;
  private static final int RUN_STEPS = 60;

  private final TrainedSize size;
  private final int rounds;
  private final int threads;

  private TrainingSpeed(TrainedSize size, int rounds, int threads) {
    this.size = size;
    this.rounds = rounds;
    this.threads = threads;
  }

  public static void main(String[] arguments) throws Exception {
    TrainedSize size = TrainedSize.of(arguments.length > 0 ? arguments[0] : "gpt2-14m");
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int threads =
        arguments.length > 2
            ? Integer.parseInt(arguments[2])
            : Runtime.getRuntime().availableProcessors();
    System.out.printf(
        "%s, %d parameters, %d x %d tokens a step, %d threads, medians of %d%n",
        size.word(),
        Shapes.of(Architectures.of(size.spec())).parameterCount(),
        size.rows(),
        size.length(),
        threads,
        rounds);
    TrainingSpeed speed = new TrainingSpeed(size, rounds, threads);
    speed.shares();
    speed.costs();
    LostTime.measure(size, RUN_STEPS, RUN_STEPS / 2, threads);
  }

  /** A way to train, and a name for it. */
  private record Way(
      String name, Precision precision, boolean recompute, boolean masks, Optimizer optimizer) {
    static Way plain(Precision precision) {
      return new Way(precision.toString(), precision, false, false, ADAM_W);
    }
  }

  /** A model that is trained in some way on one batch. */
  private final class Steps implements AutoCloseable {
    private final ScriptedModel model;
    private final Microbatch batch;
    private final StepTimes times = new StepTimes();
    private final boolean normFirst;

    Steps(Way way, boolean normFirst) throws IOException {
      Architecture architecture = Architectures.of(size.spec(), way.masks);
      TorchOptions options =
          new TorchOptions(way.precision, 0, way.recompute, TorchDevice.CPU, threads);
      this.model = ScriptedModel.load(architecture, options, way.optimizer);
      this.model.write(TrainedTensor.WEIGHT, Initialiser.weights(Shapes.of(architecture), 1));
      this.batch = batch(size);
      this.normFirst = normFirst;
      step(); // Warms up.
    }

    void round() {
      times.time(this::step);
    }

    private void step() {
      model.accumulate(batch, (double) batch.targetTokens(), 1);
      if (normFirst) model.gradientNorm();
      model.update(1, LEARNING_RATE);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private static Microbatch batch(TrainedSize size) {
    int tokens = size.rows() * size.length();
    SplittableRandom random = new SplittableRandom(7);
    long[] ids = random.longs(tokens, 0, size.spec().vocabularySize()).toArray();
    long[] labels = LongStream.range(0, tokens).map(i -> ids[(int) (i + 1) % tokens]).toArray();
    long[] segments = LongStream.range(0, tokens).map(i -> i / DOCUMENT_TOKENS).toArray();
    return new Microbatch(ids, labels, Optional.of(segments), size.rows(), size.length());
  }

  // ---- against the peak

  private void shares() throws IOException {
    long tokens = (long) size.rows() * size.length();
    double flops =
        tokens
            * (double)
                Shapes.of(Architectures.of(size.spec())).trainingFlopsPerToken(size.length());
    for (Precision precision : Precision.values()) {
      try (Steps steps = new Steps(Way.plain(precision), false);
          MatrixPeak peak = new MatrixPeak(precision)) {
        List<Double> shares = new ArrayList<>();
        List<Double> cpuShares = new ArrayList<>();
        List<Double> peaks = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
          MatrixPeak.Rate before = peak.measure();
          steps.round();
          MatrixPeak.Rate after = peak.measure();
          double most = Math.max(before.flops(), after.flops());
          peaks.add(most / 1e9);
          shares.add(100 * flops / steps.times.seconds().get(round) / most);
          cpuShares.add(
              100
                  * flops
                  / steps.times.cpuSeconds().get(round)
                  / Math.max(before.flopsOfProcessorTime(), after.flopsOfProcessorTime()));
        }
        System.out.printf(
            "%-5s %s tokens/s, %s tokens per second of processor time%n",
            precision,
            StepTimes.spread(rates(tokens, steps.times.seconds()), "%,.0f"),
            StepTimes.spread(rates(tokens, steps.times.cpuSeconds()), "%,.0f"));
        System.out.printf(
            "      %s %% of the peak of large products, %s GFLOP/s; %s %% by processor time%n",
            StepTimes.spread(shares, "%.1f"),
            StepTimes.spread(peaks, "%.0f"),
            StepTimes.spread(cpuShares, "%.1f"));
      }
      System.out.printf("      resident at most %,d MB so far%n", residentAtMost());
    }
  }

  private static List<Double> rates(long tokens, List<Double> seconds) {
    return seconds.stream().map(s -> tokens / s).toList();
  }

  // ---- what settings cost

  private void costs() throws IOException {
    System.out.println("Time and processor time of a step, over those of the plain one beside it:");
    for (Precision precision : Precision.values()) {
      Way plain = Way.plain(precision);
      cost(plain, new Way("document masks", precision, false, true, ADAM_W), false);
      cost(plain, new Way("recomputation", precision, true, false, ADAM_W), false);
      cost(plain, new Way("Muon", precision, false, false, new Muon(0.95, ADAM_W)), false);
      cost(plain, new Way("second norm", precision, false, false, ADAM_W), true);
    }
  }

  private void cost(Way plain, Way way, boolean normFirst) throws IOException {
    try (Steps without = new Steps(plain, false);
        Steps with = new Steps(way, normFirst)) {
      List<Double> ratios = new ArrayList<>();
      List<Double> cpuRatios = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        without.round();
        with.round();
        ratios.add(with.times.seconds().get(round) / without.times.seconds().get(round));
        cpuRatios.add(with.times.cpuSeconds().get(round) / without.times.cpuSeconds().get(round));
      }
      System.out.printf(
          "%-5s %-15s %s; %s%n",
          plain.precision,
          way.name,
          StepTimes.spread(ratios, "%.3f"),
          StepTimes.spread(cpuRatios, "%.3f"));
    }
  }

  /** Of this process, from its start. */
  static long residentAtMost() throws IOException {
    return status("VmHWM:");
  }

  /** Of this process, in megabytes. */
  static long status(String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(key))
        .mapToLong(
            line -> Long.parseLong(line.toLowerCase(Locale.ROOT).replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
