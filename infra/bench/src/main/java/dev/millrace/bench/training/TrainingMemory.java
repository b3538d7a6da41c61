package dev.millrace.bench.training;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.trainer.torch.AdamW;
import dev.millrace.trainer.torch.Microbatch;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TorchDevice;
import dev.millrace.trainer.torch.TorchOptions;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What is resident while a model is trained for long. Arguments: a size, {@code fp32} or {@code
 * bf16}, steps, {@code recompute} where that is wanted, and {@code packed} for rows that are all
 * full, as those of a causal model are; without it they have every length. Every twentieth of the
 * steps a line; at the end what it was at most, and in the first quarter.
 */
final class TrainingMemory {
  private static final int LINES = 20;

  private TrainingMemory() {}

  public static void main(String[] arguments) throws IOException {
    List<String> words = List.of(arguments);
    TrainedSize size = TrainedSize.of(words.get(0));
    Precision precision = Precision.valueOf(words.get(1).toUpperCase(Locale.ROOT));
    int steps = Integer.parseInt(words.get(2));
    Architecture architecture = Architectures.of(size.spec());
    int threads = Runtime.getRuntime().availableProcessors();
    TorchOptions options =
        new TorchOptions(precision, 0, words.contains("recompute"), TorchDevice.CPU, threads);
    SplittableRandom random = new SplittableRandom(3);
    try (ScriptedModel model =
        ScriptedModel.load(architecture, options, new AdamW(0.9, 0.95, 1e-8, 0.1))) {
      model.write(TrainedTensor.WEIGHT, Initialiser.weights(Shapes.of(architecture), 1));
      System.out.printf("loaded: %,d MB resident%n", TrainingSpeed.status("VmRSS:"));
      long early = 0;
      StepTimes times = new StepTimes();
      for (int step = 1; step <= steps; step++) {
        // Every length comes, as where rows are padded to the longest of a microbatch.
        int shorter = words.contains("packed") ? 0 : random.nextInt(size.length() / 4);
        int length = size.length() - shorter;
        int tokens = size.rows() * length;
        long[] ids = random.longs(tokens, 0, size.spec().vocabularySize()).toArray();
        Microbatch batch = new Microbatch(ids, ids, Optional.empty(), size.rows(), length);
        int seed = step;
        times.time(
            () -> {
              model.accumulate(batch, tokens, seed);
              model.update(1, 6e-4);
            });
        if (step == Math.max(1, steps / 4)) early = TrainingSpeed.residentAtMost();
        if (step % Math.max(1, steps / LINES) == 0) {
          System.out.printf(
              "step %d: %,d MB resident, %,d at most%n",
              step, TrainingSpeed.status("VmRSS:"), TrainingSpeed.residentAtMost());
        }
      }
      System.out.printf(
          "%s %s: at most %,d MB resident in the first quarter of %d steps and %,d in all; a step"
              + " took %s s%n",
          size.word(),
          precision,
          early,
          steps,
          TrainingSpeed.residentAtMost(),
          StepTimes.spread(times.seconds(), "%.2f"));
    }
  }
}
