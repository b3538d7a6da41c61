package dev.millrace.runtime.config;

/**
 * One value of a run file that was read.
 *
 * @param path where it stands, as {@code curriculum.phases[0].until}
 * @param value YAML text that reads back as the same value
 * @param source who said so: {@code run.yaml:12} or {@code default}
 */
public record Setting(String path, String value, String source) {
  /** The source of what the run file does not say. */
  public static final String DEFAULT = "default";
}
