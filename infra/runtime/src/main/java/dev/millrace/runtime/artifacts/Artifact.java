package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.nio.file.Path;

/** One artifact, there or not. */
public record Artifact(ArtifactStore store, String name) {

  /** As {@link ArtifactStore#fetch}. */
  public Path fetch() throws IOException {
    return store.fetch(name);
  }

  /** As {@link ArtifactStore#read}. */
  public byte[] read(String file) throws IOException {
    return store.read(name, file);
  }

  /** As {@link ArtifactStore#has}. */
  public boolean isThere() throws IOException {
    return store.has(name);
  }
}
