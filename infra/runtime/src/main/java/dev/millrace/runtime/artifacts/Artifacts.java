package dev.millrace.runtime.artifacts;

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
}
