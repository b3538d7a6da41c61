package dev.millrace.ingest;

/** An ingest cannot start or go on; the message is one line for the user. */
public final class IngestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IngestException(String message) {
    super(message);
  }

  IngestException(String message, Throwable cause) {
    super(message, cause);
  }
}
