package dev.millrace.evaluator;

import dev.millrace.evaluator.onnx.OnnxException;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.artifacts.DamagedArtifactException;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import dev.millrace.schemas.checkpoint.Manifest;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Probe;
import dev.millrace.tokenizer.Tokenizer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A checkpoint whose files are those that were announced. */
record VerifiedCheckpoint(CheckpointDirectory directory, ModelSpec spec, Tokenizer tokenizer) {
  private static final List<String> NEEDED =
      List.of(
          CheckpointDirectory.CONFIG,
          CheckpointDirectory.MODEL,
          CheckpointDirectory.TOKENIZER,
          CheckpointDirectory.PROBE);

  /**
   * A model that says what the trainer said.
   *
   * @param parity largest relative difference of an nll from the trainer's
   */
  record Gated(LoadedModel model, double parity) {}

  /**
   * Reads every file again and holds it against the announcement and the manifest.
   *
   * @throws IOException where a disk is full, or the like: no fault of the checkpoint's
   */
  static VerifiedCheckpoint of(CheckpointPublished announced, Artifacts artifacts)
      throws IOException, Refusal {
    CheckpointDirectory directory = directory(announced, artifacts);
    try {
      directory.verify(announced.getFiles());
      checkManifest(Manifest.read(directory.path()).hashes(), announced.getFiles());
      ModelSpec spec = directory.spec();
      if (!spec.equals(ModelSpec.fromConfigJson(announced.getModelSpec()))) {
        throw new Refusal("config.json describes another model than the announcement");
      }
      Tokenizer tokenizer = LoadedModel.tokenizer(directory, spec);
      if (!tokenizer.id().equals(announced.getTokenizer())) {
        throw new Refusal("tokenizer.json is not the one that was announced");
      }
      return new VerifiedCheckpoint(directory, spec, tokenizer);
    } catch (DamagedCheckpointException | IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    } catch (IOException e) { // Unreadable is as good as damaged; the message may be a name only.
      throw new Refusal(e.toString());
    }
  }

  private static CheckpointDirectory directory(CheckpointPublished announced, Artifacts artifacts)
      throws IOException, Refusal {
    try {
      URI place = URI.create(announced.getUri());
      return new CheckpointDirectory(artifacts.checkpoint(announced.getRun(), place).fetch());
    } catch (DamagedArtifactException | IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  private static void checkManifest(Map<String, String> manifest, Map<String, String> announced)
      throws Refusal {
    for (String file : NEEDED) {
      if (!manifest.containsKey(file)) throw new Refusal(file + " is not in the manifest");
    }
    for (Map.Entry<String, String> file : manifest.entrySet()) {
      if (file.getValue().equals(announced.get(file.getKey()))) continue;
      throw new Refusal(file.getKey() + " was announced otherwise than the manifest says");
    }
  }

  /**
   * Exports and loads the model, and lets it through if it scores the trainer's probe as the
   * trainer did.
   *
   * @throws IOException where the scratch directory cannot be written
   */
  Gated load(EvaluationConfig config, ScratchDirectory scratch) throws IOException, Refusal {
    LoadedModel model = loaded(config, scratch);
    try {
      return new Gated(model, parity(model, config.parityMax()));
    } catch (Refusal | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private LoadedModel loaded(EvaluationConfig config, ScratchDirectory scratch)
      throws IOException, Refusal {
    try {
      return LoadedModel.open(directory, config.model(), scratch);
    } catch (DamagedCheckpointException | IllegalArgumentException | OnnxException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  private double parity(LoadedModel model, double parityMax) throws Refusal {
    try {
      Probe probe = directory.probe();
      double parity = Parity.largestDifference(model.nll(probe), model.nllOfHeads(probe), probe);
      if (parity <= parityMax) return parity;
      if (!Double.isFinite(parity)) throw new Refusal("parity: nll is not finite");
      throw new Refusal(
          String.format(
              Locale.ROOT,
              "parity: nll differs from the trainer's by up to %.3g, more than %.3g",
              parity,
              parityMax));
    } catch (IOException | IllegalArgumentException | OnnxException e) {
      throw new Refusal("parity: " + e.getMessage());
    }
  }
}
