package dev.millrace.ingest.source;

import java.io.IOException;

/**
 * Bytes that are not what their container says. A stream of this package throws it once; reading on
 * continues after the damage where the container allows it, and ends otherwise.
 */
final class DamageException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean behind;

  private DamageException(String message, boolean behind) {
    super(message);
    this.behind = behind;
  }

  /** What follows is unreadable. */
  static DamageException ahead(String message) {
    return new DamageException(message, false);
  }

  /** What was read last is wrong: a checksum says so. */
  static DamageException behind(String message) {
    return new DamageException(message, true);
  }

  boolean isBehind() {
    return behind;
  }
}
