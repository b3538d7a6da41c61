package dev.millrace.runtime.config;

/**
 * One thing that is wrong with a run file.
 *
 * @param source {@code run.yaml:12}, {@code run.yaml} or {@code default}
 * @param path the key in question, empty for the file as a whole
 * @param message what is wrong with it and, where that helps, what would be right
 */
public record Problem(String source, String path, String message) {
  @Override
  public String toString() {
    return path.isEmpty() ? source + ": " + message : source + ": " + path + ": " + message;
  }
}
