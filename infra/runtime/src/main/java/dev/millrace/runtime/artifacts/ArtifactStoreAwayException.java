package dev.millrace.runtime.artifacts;

import java.io.IOException;

/** A store does not answer, or not as it should: no fault of an artifact's, and it may pass. */
public final class ArtifactStoreAwayException extends IOException {
  private static final long serialVersionUID = 1;

  ArtifactStoreAwayException(String store, String reason, Throwable cause) {
    super("%s cannot be used: %s".formatted(store, reason), cause);
  }
}
