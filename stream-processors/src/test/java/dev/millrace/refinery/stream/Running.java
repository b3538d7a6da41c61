package dev.millrace.refinery.stream;

import dev.millrace.runtime.Service;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Services at work on threads of their own while a test does something else. */
final class Running {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Running() {}

  /** What a test does meanwhile. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** Runs the service during the action; fails if the service does. */
  static void during(Service service, Action action) throws Exception {
    CompletableFuture<Void> end = start(service);
    try {
      action.run();
    } finally {
      service.stop();
      end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      service.close();
    }
  }

  /** What the service dies of; fails if it lives. */
  static Throwable failureOf(Service service) throws Exception {
    try {
      return start(service)
          .handle((nothing, thrown) -> thrown)
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .getCause();
    } finally {
      service.close();
    }
  }

  private static CompletableFuture<Void> start(Service service) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            service.run();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        task -> new Thread(task, "service").start());
  }
}
