package dev.millrace.cli;

import dev.millrace.runtime.config.InvalidRunFileException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** What the user sees of an exception: a line, or one for each problem, and the exit code. */
record Failure(String message, int exitCode) {
  static Failure of(Throwable e) {
    Throwable cause = unwrapped(e);
    if (cause instanceof InvalidRunFileException) return new Failure(lines(cause), ExitCode.USAGE);
    if (cause instanceof UserError) return new Failure(lines(cause), ExitCode.SOFTWARE);
    Optional<Throwable> fenced = fenced(e);
    if (fenced.isPresent()) {
      return new Failure(firstLine(fenced.get().getMessage()), Millrace.EXIT_FENCED);
    }
    return new Failure(line(cause), ExitCode.SOFTWARE);
  }

  /** However deep: whoever restarts a fenced service must know that from the exit code. */
  private static Optional<Throwable> fenced(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException) return Optional.of(cause);
    }
    return Optional.empty();
  }

  private static Throwable unwrapped(Throwable e) {
    Throwable cause = e;
    while (wraps(cause) && cause.getCause() != null) cause = cause.getCause();
    return cause;
  }

  private static boolean wraps(Throwable e) {
    return e instanceof ExecutionException
        || e instanceof CompletionException
        || e instanceof StreamsException
        || e.getClass() == RuntimeException.class;
  }

  private static String line(Throwable e) {
    String message = firstLine(e.getMessage());
    if (e instanceof NoSuchFileException) return message + " does not exist";
    if (e instanceof AccessDeniedException) return "no permission to read or write " + message;
    if (e instanceof FileSystemException) return message;
    if (message.isEmpty()) return e.getClass().getSimpleName();
    return expected(e) ? message : e.getClass().getSimpleName() + ": " + message;
  }

  /** Our own exceptions speak for themselves; of others the name says what the message may not. */
  private static boolean expected(Throwable e) {
    return e.getClass().getName().startsWith("dev.millrace.")
        || e instanceof IllegalArgumentException
        || e instanceof IllegalStateException; // And CancellationException.
  }

  /** A line a problem. */
  private static String lines(Throwable e) {
    return e.getMessage().replace("\n", "\nmillrace: ");
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}
