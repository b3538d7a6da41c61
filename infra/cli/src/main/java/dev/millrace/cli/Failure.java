package dev.millrace.cli;

import dev.millrace.runtime.ErrorLine;
import dev.millrace.runtime.config.InvalidRunFileException;
import java.util.Optional;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.streams.errors.StreamsException;
import picocli.CommandLine.ExitCode;

/** What the user sees of an exception: a line, or one for each problem, and the exit code. */
record Failure(String message, int exitCode) {
  static Failure of(Throwable e) {
    Throwable cause = unwrapped(e);
    if (cause instanceof InvalidRunFileException) return new Failure(lines(cause), ExitCode.USAGE);
    if (cause instanceof UsageError) return new Failure(lines(cause), ExitCode.USAGE);
    if (cause instanceof UserError) return new Failure(lines(cause), ExitCode.SOFTWARE);
    Optional<Throwable> fenced = fenced(e);
    if (fenced.isPresent()) return new Failure(lines(fenced.get()), Millrace.EXIT_FENCED);
    return new Failure(ErrorLine.of(cause), ExitCode.SOFTWARE);
  }

  /** However deep: whoever restarts a fenced service must know that from the exit code. */
  private static Optional<Throwable> fenced(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException) return Optional.of(cause);
    }
    return Optional.empty();
  }

  private static Throwable unwrapped(Throwable e) {
    Throwable cause = ErrorLine.unwrapped(e);
    boolean wraps = cause instanceof StreamsException && cause.getCause() != null;
    return wraps ? unwrapped(cause.getCause()) : cause;
  }

  /** A line a problem. */
  private static String lines(Throwable e) {
    return e.getMessage().replace("\n", "\nmillrace: ");
  }
}
