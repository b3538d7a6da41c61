package dev.millrace.trainer;

import dev.millrace.runtime.artifacts.Artifact;
import dev.millrace.runtime.artifacts.ArtifactStore;
import dev.millrace.runtime.artifacts.Artifacts;
import dev.millrace.runtime.artifacts.DamagedArtifactException;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.Topics;
import dev.millrace.schemas.checkpoint.CheckpointDirectory;
import dev.millrace.schemas.checkpoint.DamagedCheckpointException;
import java.io.IOException;
import java.net.URI;

/**
 * Which run a trainer is for.
 *
 * @param name of the run
 * @param runFile its text as in force, kept with every checkpoint
 * @param artifacts where checkpoints go: {@code checkpoints/NAME/step-N-attempt-A} below it
 */
public record TrainerRun(
    String name, Topics topics, String runFile, Vocabulary vocabulary, Artifacts artifacts) {

  /** The same for every trainer of the run, so that a newer one fences the older. */
  String transactionalId() {
    return topics.prefix() + name + ".trainer";
  }

  Topics.Run own() {
    return topics.run(name);
  }

  /** Where its checkpoints are. */
  ArtifactStore checkpoints() {
    return artifacts.checkpoints(name);
  }

  /** Models from elsewhere, of this run and of others with the same artifacts. */
  ArtifactStore imported() {
    return artifacts.store("imported");
  }

  /**
   * The files of an announced checkpoint, of this run or of another.
   *
   * @throws DamagedCheckpointException where they are missing, or known not to be what was saved
   */
  CheckpointDirectory directory(CheckpointPublished announced) throws IOException {
    try {
      return new CheckpointDirectory(artifact(announced).fetch());
    } catch (DamagedArtifactException | IllegalArgumentException e) {
      throw new DamagedCheckpointException(e);
    }
  }

  /**
   * The artifact of an announced checkpoint, of this run or of another.
   *
   * @throws IllegalArgumentException where it is not here, and nothing here can be where it was
   *     announced
   */
  Artifact artifact(CheckpointPublished announced) throws IOException {
    return artifacts.checkpoint(announced.getRun(), URI.create(announced.getUri()));
  }
}
