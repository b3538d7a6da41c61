package dev.millrace.schemas.checkpoint;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A checkpoint on a disk: the names of its files and how to read them. {@link #CONFIG}, {@link
 * #GENERATION_CONFIG}, {@link #MODEL} and {@link #TOKENIZER} are a Hugging Face directory; the rest
 * is what a trainer and an evaluator need beside it.
 */
public record CheckpointDirectory(Path path) {
  /** Sizes and hashes of all the others: {@link Manifest}. */
  public static final String MANIFEST = Manifest.FILE_NAME;

  /** Hugging Face's description of the architecture. */
  public static final String CONFIG = "config.json";

  /** Hugging Face's defaults for sampling. */
  public static final String GENERATION_CONFIG = "generation_config.json";

  /** The weights in fp32, under Hugging Face's names. */
  public static final String MODEL = "model.safetensors";

  public static final String TOKENIZER = "tokenizer.json";

  /** {@link TokenizerConfig}, of models that want more tokens than the end of text. */
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /** Which tensor is in which file, where the weights are in several. */
  public static final String MODEL_INDEX = "model.safetensors.index.json";

  /** The optimizer's moments and step counts, by the weights' names. */
  public static final String OPTIMIZER = "optimizer.safetensors";

  /** {@link TrainerState}. */
  public static final String STATE = "state.json";

  /** {@link Probe}. */
  public static final String PROBE = "probe.json";

  /** The TorchScript that was trained with, readable. */
  public static final String SCRIPT = "model.torchscript.py";

  /** The run file as it was in force. */
  public static final String RUN_FILE = "run.yaml";

  /**
   * The directory of an announcement.
   *
   * @throws IllegalArgumentException where it is not on a file system
   */
  public static CheckpointDirectory at(String uri) {
    if (!uri.startsWith("file:")) {
      throw new IllegalArgumentException("not a directory on a file system: " + uri);
    }
    return new CheckpointDirectory(Path.of(URI.create(uri)));
  }

  /** A file by name. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /**
   * What {@link #CONFIG} says.
   *
   * @throws DamagedCheckpointException where there is none, or it describes no model that is known
   *     here
   */
  public ModelSpec spec() throws IOException {
    Path config = file(CONFIG);
    try {
      return ModelSpec.fromConfigJson(Files.readString(config));
    } catch (NoSuchFileException e) {
      throw new DamagedCheckpointException(config, "no such file", e);
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new DamagedCheckpointException(config, String.valueOf(e.getMessage()), e);
    }
  }

  public TrainerState state() throws IOException {
    return TrainerState.read(file(STATE));
  }

  public Probe probe() throws IOException {
    return Probe.read(file(PROBE));
  }

  /** The weights; to be closed. */
  public Safetensors model() throws IOException {
    return Safetensors.open(file(MODEL));
  }

  /** The optimizer's state; to be closed. */
  public Safetensors optimizer() throws IOException {
    return Safetensors.open(file(OPTIMIZER));
  }

  /**
   * Reads every file again and compares it with what was announced.
   *
   * @param announced SHA-256 by file name
   * @throws DamagedCheckpointException for the first file that is missing or differs
   */
  public void verify(Map<String, String> announced) throws IOException {
    for (Map.Entry<String, String> entry : new TreeMap<>(announced).entrySet()) {
      Path file = file(entry.getKey());
      if (!path.equals(file.getParent()) || !Files.isRegularFile(file)) {
        throw new DamagedCheckpointException(file, "no such file");
      }
      String sha256 = Sha256.of(file);
      if (!sha256.equals(entry.getValue())) {
        throw new DamagedCheckpointException(
            file, "SHA-256 " + sha256 + " where " + entry.getValue() + " was announced");
      }
    }
  }
}
