package dev.millrace.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs services, each on a thread of its own, until they end, one fails, or the process is told to
 * go (SIGTERM, SIGINT). Then stops them one after the other, the last started first: stop, wait for
 * its thread, close. The order of these three matters: native libraries crash the JVM when they are
 * torn down under a running thread.
 *
 * <pre>{@code
 * try (ServiceRunner runner = new ServiceRunner(Duration.ofSeconds(30))) {
 *   runner.start("refinery", refinery);
 *   runner.start("trainer", trainer);
 *   runner.await();
 * }
 * }</pre>
 *
 * <p>A service must not call {@link System#exit}: the exit waits for it.
 */
public final class ServiceRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceRunner.class);

  private final Duration stopTimeout;
  private final Deque<Running> running = new ArrayDeque<>(); // The last started first.
  private final List<ServiceException> failures = new ArrayList<>();
  private final Object change = new Object(); // Guards the fields around it.
  private int alive; // Counted here, since a thread lives on a little after its last notice.
  private boolean stopping;
  private final Object stop = new Object(); // Held while stopping, so that all who stop wait.
  private final Thread hook = new Thread(this::stopAll, "stop-services");

  private record Running(String name, Service service, Thread thread) {}

  /**
   * A runner without services.
   *
   * @param stopTimeout how long each service may take to stop
   */
  public ServiceRunner(Duration stopTimeout) {
    if (stopTimeout.isNegative() || stopTimeout.isZero()) {
      throw new IllegalArgumentException("stopTimeout must be positive: " + stopTimeout);
    }
    this.stopTimeout = stopTimeout;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts a service, which belongs to the runner from now on.
   *
   * @throws IllegalStateException if the runner is stopping
   */
  public void start(String name, Service service) {
    synchronized (change) {
      if (stopping) throw new IllegalStateException(name + " cannot start: stopping");
      Thread thread = new Thread(() -> run(name, service), name);
      running.addFirst(new Running(name, service, thread));
      thread.start();
      alive++;
    }
  }

  /**
   * Waits until every service has ended, one has failed or {@link #close} was called; stops the
   * rest.
   *
   * @throws ServiceException if one failed or did not stop in time; further ones are suppressed
   */
  public void await() throws InterruptedException {
    synchronized (change) {
      while (!stopping && failures.isEmpty() && alive > 0) change.wait();
    }
    close();
    synchronized (change) {
      if (failures.isEmpty()) return;
      ServiceException first = failures.get(0);
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }

  /** The first failure so far, for a health check. */
  public Optional<ServiceException> failure() {
    synchronized (change) {
      return failures.stream().findFirst();
    }
  }

  /** Why not every service can do its work at the moment, for a readiness check. */
  public Optional<String> notReady() {
    synchronized (change) {
      if (running.isEmpty()) return Optional.of("no service runs");
      Optional<String> failed = failures.stream().map(Throwable::getMessage).findFirst();
      return failed.or(
          () ->
              running.stream()
                  .filter(r -> !r.service().isReady())
                  .map(r -> r.name() + " is not ready yet")
                  .findFirst());
    }
  }

  /** Stops what still runs and waits for it; what went wrong is for {@link #await} to say. */
  @Override
  public void close() {
    stopAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("The process is on its way out, the hook has run", e);
    }
  }

  private void run(String name, Service service) {
    try {
      service.run();
    } catch (Throwable e) { // Whatever it is, the others must stop.
      fail(new ServiceException(name, e));
    } finally {
      synchronized (change) {
        alive--;
        change.notifyAll();
      }
    }
  }

  private void fail(ServiceException failure) {
    LOG.error("{}", failure.getMessage()); // The trace goes to whoever awaits.
    synchronized (change) {
      failures.add(failure);
    }
  }

  private void stopAll() {
    synchronized (stop) {
      List<Running> inOrder;
      synchronized (change) {
        stopping = true;
        change.notifyAll();
        inOrder = List.copyOf(running);
        running.clear();
      }
      inOrder.forEach(this::stop);
    }
  }

  private void stop(Running one) {
    try {
      one.service().stop();
      one.thread().join(stopTimeout.toMillis());
      if (one.thread().isAlive()) {
        fail(stuck(one));
      } else {
        one.service().close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new ServiceException(one.name(), e));
    } catch (RuntimeException e) {
      fail(new ServiceException(one.name(), e));
    }
  }

  private ServiceException stuck(Running one) {
    StackTraceElement[] stack = one.thread().getStackTrace();
    return new ServiceException(
        one.name(),
        "%s did not stop within %d ms%s"
            .formatted(
                one.name(),
                stopTimeout.toMillis(),
                stack.length == 0 ? "" : "; it is in " + stack[0]));
  }
}
