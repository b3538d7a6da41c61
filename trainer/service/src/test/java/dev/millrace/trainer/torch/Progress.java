package dev.millrace.trainer.torch;

import static dev.millrace.trainer.torch.TinyModels.options;

import dev.millrace.model.Architecture;
import dev.millrace.model.Initialiser;
import dev.millrace.model.Parameter;
import dev.millrace.model.Precision;
import dev.millrace.model.Shapes;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Safetensors;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Some steps of training, with two microbatches each, from a saved state or from the start; prints
 * every loss and norm in full. Also a main class, so that a test can go on in another JVM:
 * PRECISION RECOMPUTE OPTIMIZER FROM STEPS DIRECTORY.
 */
final class Progress {
  private Progress() {}

  public static void main(String[] arguments) throws IOException {
    TorchOptions options =
        options(Precision.valueOf(arguments[0]), 0.1, Boolean.parseBoolean(arguments[1]));
    Optimizer optimizer = optimizer(arguments[2]);
    int from = Integer.parseInt(arguments[3]);
    Path directory = Path.of(arguments[5]);
    run(options, optimizer, from, Integer.parseInt(arguments[4]), directory)
        .forEach(System.out::println);
  }

  static Optimizer optimizer(String name) {
    return name.equals("muon") ? new Muon(0.95, TinyModels.ADAM_W) : TinyModels.ADAM_W;
  }

  /** Steps from, from + 1, ... from a state saved before step from; saves the state after them. */
  static List<String> run(
      TorchOptions options, Optimizer optimizer, int from, int steps, Path directory)
      throws IOException {
    Architecture architecture = TinyModels.architecture(true);
    List<String> lines = new ArrayList<>();
    try (ScriptedModel model = ScriptedModel.load(architecture, options, optimizer)) {
      if (from == 0) {
        model.write(TrainedTensor.WEIGHT, Initialiser.weights(Shapes.of(architecture), 1));
      } else {
        restore(model, directory);
        model.optimizerSteps(from);
      }
      for (int step = from; step < from + steps; step++) lines.add(step(model, step));
      save(model, directory);
    }
    return lines;
  }

  private static String step(ScriptedModel model, int step) {
    StringBuilder line = new StringBuilder("step " + step);
    for (int i = 0; i < 2; i++) {
      Microbatch batch = TinyModels.batch(2L * step + i);
      for (float row : model.accumulate(batch, 90, 2L * step + i)) line.append(' ').append(row);
    }
    return line.append(" norm ").append(model.update(0.8, 0.01)).toString();
  }

  private static Path file(TrainedTensor kind, Path directory) {
    return directory.resolve(kind.name().toLowerCase(Locale.ROOT) + ".safetensors");
  }

  private static void save(ScriptedModel model, Path directory) throws IOException {
    for (TrainedTensor kind : TrainedTensor.values()) {
      List<Tensor> tensors = new ArrayList<>();
      for (Parameter parameter : model.parameters()) {
        tensors.add(
            new Tensor(
                parameter.name(),
                ElementType.F32,
                parameter.shape(),
                model.chunks(kind, parameter.name())));
      }
      Path file = file(kind, directory);
      Files.deleteIfExists(file);
      SafetensorsWriter.write(file, tensors, SafetensorsWriter.PYTORCH);
    }
  }

  private static void restore(ScriptedModel model, Path directory) throws IOException {
    for (TrainedTensor kind : TrainedTensor.values()) {
      try (Safetensors tensors = Safetensors.open(file(kind, directory))) {
        model.write(kind, tensors::chunks);
      }
    }
  }
}
