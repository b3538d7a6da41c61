package dev.millrace.schemas.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of a checkpoint is missing, torn, altered or not what its format says. Trying again does
 * not help; another checkpoint may.
 */
public final class DamagedCheckpointException extends IOException {
  private static final long serialVersionUID = 1;

  /** The message is {@code FILE: REASON}. */
  public DamagedCheckpointException(Path file, String reason) {
    super(file + ": " + reason);
  }

  /** Says what the cause says. */
  public DamagedCheckpointException(Exception cause) {
    super(cause.getMessage(), cause);
  }

  /** The message is {@code FILE: REASON}. */
  public DamagedCheckpointException(Path file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
