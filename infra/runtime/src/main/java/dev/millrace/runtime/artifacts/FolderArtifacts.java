package dev.millrace.runtime.artifacts;

import java.net.URI;
import java.nio.file.Path;

/** Stores that are directories of one directory. */
record FolderArtifacts(Path folder) implements Artifacts {
  private static final String SCHEME = "file";

  @Override
  public ArtifactStore store(String... path) {
    Path directory = folder;
    for (String part : path) directory = directory.resolve(FolderStore.requireName(part));
    return FolderStore.at(directory);
  }

  /** Anywhere: folders are moved. */
  @Override
  public Artifact at(URI uri) {
    return artifact(uri);
  }

  /** The one in a directory with this URI. */
  static Artifact artifact(URI uri) {
    if (!SCHEME.equals(uri.getScheme())) {
      throw new IllegalArgumentException("not a directory on a file system: " + uri);
    }
    Path directory = Path.of(uri).toAbsolutePath().normalize();
    Path parent = directory.getParent();
    if (parent == null) throw new IllegalArgumentException("not an artifact: " + uri);
    return new Artifact(FolderStore.at(parent), directory.getFileName().toString());
  }
}
