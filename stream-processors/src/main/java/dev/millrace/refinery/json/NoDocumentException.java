package dev.millrace.refinery.json;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bytes that are no JSON object with a document in it. */
public final class NoDocumentException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final @Nullable String domain;

  NoDocumentException(String reason, Optional<String> domain) {
    super(reason);
    this.domain = domain.orElse(null);
  }

  /** That it names all the same. */
  public Optional<String> domain() {
    return Optional.ofNullable(domain);
  }
}
