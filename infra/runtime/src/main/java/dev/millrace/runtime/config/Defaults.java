package dev.millrace.runtime.config;

/** Records as they are when the run file says nothing. */
public final class Defaults {
  private Defaults() {}

  /**
   * The record whose every component has its default.
   *
   * @throws IllegalStateException if a component has none or a default is not valid
   */
  public static <T extends Record> T of(Class<T> type) {
    try {
      return RunFile.parse("{}", type.getSimpleName(), type).value();
    } catch (InvalidRunFileException e) {
      throw new IllegalStateException(
          "No defaults of " + type.getName() + ": " + e.getMessage(), e);
    }
  }
}
