package dev.millrace.ingest;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What users read of the failures of files. */
final class Failures {
  private Failures() {}

  /** One line, without the name of the file. */
  static String line(IOException e) {
    if (e instanceof AccessDeniedException) return "no permission to read it";
    if (e instanceof NoSuchFileException) return "does not exist";
    if (e instanceof FileSystemException f && f.getReason() != null) return f.getReason();
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message.replaceAll("\\s+", " ");
  }
}
