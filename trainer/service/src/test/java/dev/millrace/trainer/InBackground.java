package dev.millrace.trainer;

import dev.millrace.runtime.Service;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A service on a thread of its own. */
final class InBackground implements AutoCloseable {
  private final Service service;
  private final FutureTask<Void> task;

  private InBackground(Service service) {
    this.service = service;
    this.task =
        new FutureTask<>(
            () -> {
              service.run();
              return null;
            });
  }

  static InBackground run(Service service) {
    InBackground background = new InBackground(service);
    new Thread(background.task, "service").start();
    return background;
  }

  /** Waits for the end of it; throws what it threw. */
  void awaitEnd(Duration timeout) throws Exception {
    try {
      task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Override
  public void close() {
    service.stop();
  }
}
