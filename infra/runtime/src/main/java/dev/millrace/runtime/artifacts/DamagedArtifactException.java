package dev.millrace.runtime.artifacts;

import java.io.IOException;

/** An artifact is missing or not what was published. Trying again does not help. */
public final class DamagedArtifactException extends IOException {
  private static final long serialVersionUID = 1;

  /** The message is {@code PLACE: REASON}. */
  DamagedArtifactException(String place, String reason) {
    super(place + ": " + reason);
  }
}
