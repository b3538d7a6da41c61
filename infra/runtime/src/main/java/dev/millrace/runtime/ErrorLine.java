package dev.millrace.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What people see of an exception: one line, without the name of a class where it can be had. */
public final class ErrorLine {
  private ErrorLine() {}

  /** The line for an exception, or for the one that it merely wraps. */
  public static String of(Throwable failure) {
    Throwable e = unwrapped(failure);
    String message = firstLine(e.getMessage());
    if (message.isEmpty()) return e.getClass().getSimpleName();
    if (e instanceof NoSuchFileException) return message + " does not exist";
    if (e instanceof AccessDeniedException) return "no permission to read or write " + message;
    return speaksForItself(e) ? message : e.getClass().getSimpleName() + ": " + message;
  }

  /** What lies under wrappers that say nothing themselves. */
  public static Throwable unwrapped(Throwable failure) {
    Throwable e = failure;
    while (e.getCause() != null && wraps(e)) e = e.getCause();
    return e;
  }

  private static boolean wraps(Throwable e) {
    return e instanceof ExecutionException
        || e instanceof CompletionException
        || e instanceof UncheckedIOException
        || e.getClass() == RuntimeException.class;
  }

  /** Our own exceptions do; of others the name says what the message may not. */
  private static boolean speaksForItself(Throwable e) {
    return e.getClass().getName().startsWith("dev.millrace.")
        || e instanceof IllegalArgumentException
        || e instanceof IllegalStateException // And CancellationException.
        || e instanceof FileSystemException
        || e.getClass() == IOException.class; // Thrown here, with a message for people.
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}
