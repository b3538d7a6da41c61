package dev.millrace.refinery.classifier;

import java.nio.file.Path;

/** A file is no classifier, or a damaged one. */
public final class InvalidClassifierException extends RuntimeException {
  private static final long serialVersionUID = 1;

  InvalidClassifierException(Path file, String reason) {
    super(file + " is no classifier that can be used: " + reason);
  }

  InvalidClassifierException(Path file, String reason, Throwable cause) {
    super(file + " is no classifier that can be used: " + reason, cause);
  }
}
