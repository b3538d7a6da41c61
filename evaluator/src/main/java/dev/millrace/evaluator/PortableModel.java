package dev.millrace.evaluator;

import static dev.millrace.schemas.checkpoint.CheckpointDirectory.CONFIG;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.GENERATION_CONFIG;
import static dev.millrace.schemas.checkpoint.CheckpointDirectory.TOKENIZER;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Bart;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.Shapes;
import dev.millrace.model.StoredWeights;
import dev.millrace.model.WeightSource;
import dev.millrace.runtime.terminal.Onlooker;
import dev.millrace.schemas.checkpoint.BartSpec;
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
 * {@link OnnxModel#writePortable} has it, or a BART's {@code encoder_model.onnx} and {@code
 * decoder_model.onnx}, beside the Hugging Face files that say what it is and how it reads.
 *
 * @param files the models
 */
public record PortableModel(ModelSpec spec, List<Path> files) {
  /** Under the names that optimum looks for. */
  private static final String ONNX = "model.onnx";

  private static final String ENCODER = "encoder_model.onnx";
  private static final String DECODER = "decoder_model.onnx";

  /** How many models it takes. */
  public enum Layout {
    /** One, which optimum calls a monolith where there are an encoder and a decoder. */
    WHOLE,
    /** Encoder and decoder in models of their own. */
    SPLIT
  }

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
   * @throws IllegalArgumentException where it is to be split and has but one part
   * @throws FileAlreadyExistsException where there is something at the target already
   * @throws DamagedCheckpointException where the source is not one
   * @throws IOException in one line, where the disk is full or the like
   */
  public static PortableModel write(CheckpointDirectory source, Path target, Layout layout)
      throws IOException {
    return write(source, target, layout, Onlooker.NOBODY);
  }

  /**
   * As above.
   *
   * @param onlooker sees bytes of weights written
   */
  public static PortableModel write(
      CheckpointDirectory source, Path target, Layout layout, Onlooker onlooker)
      throws IOException {
    ModelSpec spec = source.spec();
    if (layout == Layout.SPLIT && !(spec instanceof BartSpec)) {
      throw new IllegalArgumentException(
          "a model of model_type \"" + spec.family() + "\" has no encoder and decoder to split");
    }
    List<String> names = layout == Layout.SPLIT ? List.of(ENCODER, DECODER) : List.of(ONNX);
    Architecture architecture = Architectures.of(spec);
    try (WeightFiles files = WeightFiles.open(source)) {
      Shapes shapes = Shapes.of(architecture);
      StoredWeights stored = StoredWeights.of(files, shapes);
      if (Files.exists(target)) throw new FileAlreadyExistsException(target + " exists already");
      try (ScratchDirectory begun = begin(target)) {
        List<Path> models = in(begun.path(), names);
        WeightSource weights =
            stored.watched(onlooker.adding(shapes.bytes() + twice(spec, layout)));
        if (layout == Layout.WHOLE) {
          OnnxModel.writePortable(architecture, weights, models.get(0));
        } else {
          OnnxModel.writePortableParts(
              new Bart((BartSpec) spec), weights, models.get(0), models.get(1));
        }
        for (String name : COPIED) copy(source, name, begun.path());
        copy(source, CONFIG, begun.path());
        Files.move(begun.path(), target);
      }
    } catch (DamagedCheckpointException | FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot export to " + target + ": " + e.getMessage(), e);
    }
    return new PortableModel(spec, in(target, names));
  }

  /** Bytes of the embedding table, which encoder and decoder have both. */
  private static long twice(ModelSpec spec, Layout layout) {
    if (layout == Layout.WHOLE) return 0;
    return (long) Float.BYTES * spec.vocabularySize() * ((BartSpec) spec).width();
  }

  private static List<Path> in(Path directory, List<String> names) {
    return names.stream().map(directory::resolve).toList();
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
