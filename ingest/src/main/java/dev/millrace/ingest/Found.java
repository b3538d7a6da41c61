package dev.millrace.ingest;

/** What is at a place where an input should be. */
interface Found {
  /** As the user named it. */
  String shown();

  /**
   * A file or folder that cannot be read.
   *
   * @param reason one line
   */
  record Unreadable(String shown, String reason) implements Found {}
}
