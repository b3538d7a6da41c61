package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** All stores of artifacts below one place, and those that announcements name. */
public interface Artifacts {

  /** Below a directory of a file system. */
  static Artifacts in(Path folder) {
    return new FolderArtifacts(folder);
  }

  /** The store at a path below the place, as {@code checkpoints} and the name of a run. */
  ArtifactStore store(String... path);

  /**
   * The artifact that a {@link Published#uri} names.
   *
   * @throws IllegalArgumentException where nothing published here could be called that
   */
  Artifact at(URI uri);

  /** Where a run's checkpoints are. */
  default ArtifactStore checkpoints(String run) {
    return store("checkpoints", run);
  }

  /**
   * A checkpoint that was announced. Artifacts may have been moved since: what is among the run's
   * checkpoints here comes before the place that was announced.
   *
   * @throws IllegalArgumentException where nothing published here could be called that
   * @throws IOException where a store does not answer
   */
  default Artifact checkpoint(String run, URI announced) throws IOException {
    return announced(checkpoints(run), announced);
  }

  /**
   * An artifact that was announced, as above: what is in this store now comes first, whatever kind
   * of place it was announced at.
   */
  default Artifact announced(ArtifactStore store, URI announced) throws IOException {
    Artifact here = new Artifact(store, FolderStore.nameIn(announced));
    return here.isThere() ? here : at(announced);
  }
}
