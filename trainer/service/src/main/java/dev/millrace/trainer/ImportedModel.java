package dev.millrace.trainer;

import static dev.millrace.schemas.checkpoint.CheckpointDirectory.CONFIG;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.MANIFEST;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.MODEL;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.STATE;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.TOKENIZER;

import dev.millrace.model.Architectures;
import dev.millrace.model.Parameter;
import dev.millrace.model.Shapes;
import dev.millrace.model.StoredWeights;
import dev.millrace.model.WeightSource;
import dev.millrace.runtime.artifacts.DamagedArtifactException;
import dev.millrace.runtime.terminal.Onlooker;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ElementType;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.SafetensorsWriter;
import dev.millrace.schemas.checkpoint.Tensor;
import dev.millrace.schemas.checkpoint.WeightFiles;
import dev.millrace.trainer.torch.ScriptedModel;
import dev.millrace.trainer.torch.TrainedTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model from elsewhere that a run begins with, in place of weights drawn from the seed. It is in
 * the run's artifacts, as {@code imported/NAME}, in float32 and in one file.
 *
 * @param spec what its {@code config.json} says
 */
public record ImportedModel(ModelSpec spec, CheckpointDirectory directory) {

  /**
   * What was imported for a run, if anything was.
   *
   * @param name of the run, or of another with the same artifacts
   * @throws DamagedCheckpointException where its settings cannot be read
   */
  static Optional<ImportedModel> of(TrainerRun run, String name) throws IOException {
    if (!run.imported().has(name)) return Optional.empty();
    CheckpointDirectory directory = new CheckpointDirectory(fetch(run, name));
    return Optional.of(new ImportedModel(directory.spec(), directory));
  }

  /**
   * Makes a Hugging Face directory the beginning of a run, after everything in it was looked at.
   *
   * @param model the run file's section, which must ask for this model
   * @throws DamagedCheckpointException for the first file, setting or tensor that is not what it
   *     should be
   * @throws IllegalArgumentException where the run's tokenizer or model is another
   * @throws IllegalStateException where the run has begun, or has an imported model already
   */
  public static ImportedModel take(CheckpointDirectory source, TrainerRun run, ModelConfig model)
      throws IOException {
    return take(source, run, model, Onlooker.NOBODY);
  }

  /**
   * As above.
   *
   * @param onlooker sees bytes of weights, looked at and then written
   */
  public static ImportedModel take(
      CheckpointDirectory source, TrainerRun run, ModelConfig model, Onlooker onlooker)
      throws IOException {
    // Of ours, and so with hashes; others have none. A checkpoint without its manifest is damaged.
    if (Files.exists(source.file(STATE)) || Files.exists(source.file(MANIFEST))) {
      Manifest.read(source.path()).verify(source.path());
    }
    ModelSpec spec = source.spec().endingWith(run.vocabulary().endOfText());
    model.mustAskFor(spec, run.vocabulary());
    requireTokenizer(source, run.vocabulary());
    if (!run.checkpoints().names().isEmpty()) {
      throw new IllegalStateException(
          "run %s has checkpoints: a model can only be its beginning; give the run another name"
              .formatted(run.name()));
    }
    try (WeightFiles files = WeightFiles.open(source)) {
      Shapes shapes = Shapes.of(Architectures.of(spec));
      WeightSource weights =
          StoredWeights.of(files, shapes).watched(onlooker.adding(2 * shapes.bytes()));
      for (Parameter parameter : shapes.parameters()) {
        requireFinite(weights, files.file(parameter.name()), parameter.name());
      }
      run.imported().publish(run.name(), into -> write(into, source, spec, shapes, weights));
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException(
          "run %s has an imported model already: %s".formatted(run.name(), e.getMessage()), e);
    }
    return of(run, run.name()).orElseThrow();
  }

  private static Path fetch(TrainerRun run, String name) throws IOException {
    try {
      return run.imported().fetch(name);
    } catch (DamagedArtifactException e) {
      throw new DamagedCheckpointException(e);
    }
  }

  private static void requireTokenizer(CheckpointDirectory source, Vocabulary vocabulary)
      throws IOException {
    Path file = source.file(TOKENIZER);
    if (!Files.isRegularFile(file)) throw new DamagedCheckpointException(file, "no such file");
    if (Files.mismatch(file, vocabulary.tokenizerJson()) == -1) return;
    throw new IllegalArgumentException(
        "%s is not the run's tokenizer, %s: the model would take tokens for others"
            .formatted(file, vocabulary.tokenizerJson()));
  }

  private static void requireFinite(WeightSource weights, Path file, String name)
      throws IOException {
    for (ByteBuffer chunk : weights.chunks(name)) {
      FloatBuffer values = chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      while (values.hasRemaining()) {
        float value = values.get();
        if (!Float.isFinite(value)) {
          throw new DamagedCheckpointException(file, "tensor " + name + " has a value " + value);
        }
      }
    }
  }

  private static void write(
      Path into, CheckpointDirectory source, ModelSpec spec, Shapes shapes, WeightSource weights)
      throws IOException {
    Files.writeString(into.resolve(CONFIG), spec.toConfigJson());
    Files.copy(source.file(TOKENIZER), into.resolve(TOKENIZER));
    List<Tensor> tensors = new ArrayList<>();
    for (Parameter parameter : shapes.parameters()) {
      tensors.add(
          new Tensor(
              parameter.name(),
              ElementType.F32,
              parameter.shape(),
              weights.chunks(parameter.name())));
    }
    SafetensorsWriter.write(into.resolve(MODEL), tensors, SafetensorsWriter.PYTORCH);
    Manifest.of(into).write(into);
  }

  /**
   * Puts its weights into the model, and looks whether they are there.
   *
   * @throws DamagedCheckpointException where they are not what was imported any more
   * @throws IllegalStateException naming the first tensor that the model does not have as it was
   *     given
   */
  void load(ScriptedModel model, Shapes shapes) throws IOException {
    load(model, shapes, model.read(TrainedTensor.WEIGHT));
  }

  /**
   * As above.
   *
   * @param memory what the model has after it was given everything
   */
  void load(ScriptedModel model, Shapes shapes, WeightSource memory) throws IOException {
    Manifest.read(directory.path()).verify(directory.path());
    try (WeightFiles files = WeightFiles.open(directory)) {
      WeightSource stored = StoredWeights.of(files, shapes);
      model.write(TrainedTensor.WEIGHT, stored);
      for (Parameter parameter : shapes.parameters()) {
        String name = parameter.name();
        ReadBack.verify(name, stored.chunks(name), memory.chunks(name), directory.path());
      }
    }
  }
}
