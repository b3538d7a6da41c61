package dev.millrace.runtime.artifacts;

import java.io.IOException;
import java.nio.file.Path;

/** An artifact did not fit; nothing of it is left. */
public final class ArtifactStoreFullException extends IOException {
  private final transient Path store;
  private final long bytesFree;

  ArtifactStoreFullException(Path store, String artifact, long bytesFree, Throwable cause) {
    super(
        "There is no room in %s (%,d bytes free): %s was not written"
            .formatted(store, bytesFree, artifact),
        cause);
    this.store = store;
    this.bytesFree = bytesFree;
  }

  public Path store() {
    return store;
  }

  /** When the write failed, before what it had written was removed. */
  public long bytesFree() {
    return bytesFree;
  }
}
