package dev.millrace.runtime.artifacts;

/**
 * One way in which a directory is not what was published.
 *
 * @param file relative to the directory
 */
public record Difference(String file, Kind kind) {
  /** What is the matter with the file. */
  public enum Kind {
    MISSING,
    CHANGED,
    UNEXPECTED
  }

  @Override
  public String toString() {
    return file + " is " + kind.name().toLowerCase(java.util.Locale.ROOT);
  }
}
