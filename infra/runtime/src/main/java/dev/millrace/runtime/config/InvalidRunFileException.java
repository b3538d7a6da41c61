package dev.millrace.runtime.config;

import java.util.List;
import java.util.stream.Collectors;

/** A run file cannot be used; says every reason at once, a line each. */
public final class InvalidRunFileException extends RuntimeException {
  private final transient List<Problem> problems;

  InvalidRunFileException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** In the order of the file; never empty. */
  public List<Problem> problems() {
    return problems;
  }
}
