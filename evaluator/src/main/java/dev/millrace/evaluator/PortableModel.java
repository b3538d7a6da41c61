package dev.millrace.evaluator;

import static dev.millrace.schemas.checkpoint.CheckpointDirectory.CONFIG;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.GENERATION_CONFIG;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.TOKENIZER;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Shapes;
import dev.millrace.model.StoredWeights;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model as a directory that optimum's {@code ORTModelFor...} classes open: {@code model.onnx}, as
 * {@link OnnxModel#writePortable} has it, beside the Hugging Face files that say what it is and how
 * it reads.
 */
public record PortableModel(ModelSpec spec, Path directory) {
  /** Under the name that optimum looks for. */
  public static final String ONNX = "model.onnx";

  /** What transformers reads of a model's settings and tokenizer, as far as it is there. */
  private static final List<String> COPIED =
      List.of(
          GENERATION_CONFIG,
          TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "vocab.txt");

  /**
   * Writes a new directory; nothing is left of it where this fails.
   *
   * @param source a checkpoint directory or a Hugging Face one
   * @throws FileAlreadyExistsException where there is something at the target already
   * @throws DamagedCheckpointException where the source is not one
   * @throws IOException in one line, where the disk is full or the like
   */
  public static PortableModel write(CheckpointDirectory source, Path target) throws IOException {
    ModelSpec spec = source.spec();
    Architecture architecture = Architectures.of(spec);
    try (WeightFiles files = WeightFiles.open(source)) {
      StoredWeights weights = StoredWeights.of(files, Shapes.of(architecture));
      if (Files.exists(target)) throw new FileAlreadyExistsException(target + " exists already");
      try (ScratchDirectory begun = begin(target)) {
        OnnxModel.writePortable(architecture, weights, begun.path().resolve(ONNX));
        for (String name : COPIED) copy(source, name, begun.path());
        copy(source, CONFIG, begun.path());
        Files.move(begun.path(), target);
      }
    } catch (DamagedCheckpointException | FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot export to " + target + ": " + e.getMessage(), e);
    }
    return new PortableModel(spec, target);
  }

  /** Beside the target, so that it can become it. */
  private static ScratchDirectory begin(Path target) throws IOException {
    Path name = target.toAbsolutePath().getFileName();
    if (name == null) throw new FileAlreadyExistsException(target + " exists already");
    return ScratchDirectory.at(target.resolveSibling("." + name + ".begun"));
  }

  private static void copy(CheckpointDirectory source, String name, Path into) throws IOException {
    if (Files.exists(source.file(name))) Files.copy(source.file(name), into.resolve(name));
  }
}
