package dev.millrace.trainer;

import static dev.millrace.schemas.checkpoint.CheckpointDirectory.CONFIG;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.GENERATION_CONFIG;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.MODEL;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.OPTIMIZER;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.PROBE;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.RUN_FILE;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.SCRIPT;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.STATE;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.TOKENIZER;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.TOKENIZER_CONFIG;

import dev.millrace.model.Parameter;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.CausalSpec;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.MarkNames;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Safetensors;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import dev.millrace.schemas.checkpoint.TensorInfo;
import dev.millrace.schemas.checkpoint.TrainerState;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Between a model in training and the files of a checkpoint. Moments are named as PyTorch names
 * them, after the weight: {@code NAME.exp_avg} and {@code NAME.exp_avg_sq}.
 */
record CheckpointFiles(ScriptedModel model, ModelSpec spec, TrainerRun run, ProbeBatch probe) {
  private static final Map<TrainedTensor, String> MOMENTS =
      Map.of(TrainedTensor.FIRST_MOMENT, ".exp_avg", TrainedTensor.SECOND_MOMENT, ".exp_avg_sq");

  /** Writes all of a checkpoint into an empty directory, the manifest last. */
  void write(Path directory, TrainerState state) throws IOException {
    Files.writeString(directory.resolve(CONFIG), spec.toConfigJson());
    Optional<String> generation = spec.toGenerationConfigJson();
    if (generation.isPresent()) {
      Files.writeString(directory.resolve(GENERATION_CONFIG), generation.get());
    }
    Files.copy(run.vocabulary().tokenizerJson(), directory.resolve(TOKENIZER));
    if (!(spec instanceof CausalSpec)) {
      MarkNames names = spec instanceof BartSpec ? MarkNames.BART : MarkNames.BERT;
      String config = run.vocabulary().tokenizerConfig(names).toJson();
      Files.writeString(directory.resolve(TOKENIZER_CONFIG), config);
    }
    Files.writeString(directory.resolve(SCRIPT), model.source());
    Files.writeString(directory.resolve(RUN_FILE), run.runFile());
    List<Tensor> weights = tensors(TrainedTensor.WEIGHT, "");
    SafetensorsWriter.write(directory.resolve(MODEL), weights, SafetensorsWriter.PYTORCH);
    List<Tensor> moments = new ArrayList<>();
    for (var moment : MOMENTS.entrySet()) {
      moments.addAll(tensors(moment.getKey(), moment.getValue()));
    }
    SafetensorsWriter.write(directory.resolve(OPTIMIZER), moments, SafetensorsWriter.PYTORCH);
    probe.score(model).write(directory.resolve(PROBE));
    state.write(directory.resolve(STATE));
    Manifest.of(directory).write(directory);
  }

  private List<Tensor> tensors(TrainedTensor kind, String suffix) throws IOException {
    WeightSource source = model.read(kind);
    List<Tensor> tensors = new ArrayList<>();
    for (Parameter parameter : model.parameters()) {
      tensors.add(
          new Tensor(
              parameter.name() + suffix,
              ElementType.F32,
              parameter.shape(),
              source.chunks(parameter.name())));
    }
    return tensors;
  }

  /**
   * Puts a checkpoint's weights and optimizer into the model, bit for bit, and looks whether they
   * are there.
   *
   * @throws DamagedCheckpointException where its files are not what this model needs
   * @throws IllegalStateException naming the first tensor that the model does not have as it was
   *     given
   */
  void read(CheckpointDirectory checkpoint, TrainerState state) throws IOException {
    read(checkpoint, state, model::read);
  }

  /**
   * As above.
   *
   * @param memory what the model has after it was given everything
   */
  void read(
      CheckpointDirectory checkpoint,
      TrainerState state,
      Function<TrainedTensor, WeightSource> memory)
      throws IOException {
    try (Safetensors weights = checkpoint.model();
        Safetensors moments = checkpoint.optimizer()) {
      read(checkpoint.file(MODEL), weights, TrainedTensor.WEIGHT, "");
      for (var moment : MOMENTS.entrySet()) {
        read(checkpoint.file(OPTIMIZER), moments, moment.getKey(), moment.getValue());
      }
      model.optimizerSteps(state.optimizerSteps());
      verify(checkpoint, weights, memory.apply(TrainedTensor.WEIGHT), "");
      for (var moment : MOMENTS.entrySet()) {
        verify(checkpoint, moments, memory.apply(moment.getKey()), moment.getValue());
      }
    }
  }

  private void verify(
      CheckpointDirectory checkpoint, Safetensors stored, WeightSource inMemory, String suffix)
      throws IOException {
    for (Parameter parameter : model.parameters()) {
      String name = parameter.name() + suffix;
      ReadBack.verify(
          name, stored.chunks(name), inMemory.chunks(parameter.name()), checkpoint.path());
    }
  }

  private void read(Path file, Safetensors tensors, TrainedTensor kind, String suffix)
      throws IOException {
    for (Parameter parameter : model.parameters()) {
      TensorInfo info = tensors.info(parameter.name() + suffix);
      if (info.type() != ElementType.F32 || !info.shape().equals(parameter.shape())) {
        throw new DamagedCheckpointException(
            file,
            "%s is %s%s where the model has F32%s"
                .formatted(info.name(), info.type(), info.shape(), parameter.shape()));
      }
    }
    model.write(kind, name -> tensors.chunks(name + suffix));
  }
}
