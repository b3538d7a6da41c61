package dev.millrace.runtime;

/**
 * Something long-lived. {@link #run} blocks until {@link #stop} is called from another thread, or
 * fails; after a stop that came first it returns at once. {@link #stop} may be called often and
 * returns at once; {@link #close} frees what was taken, after {@link #run} has returned.
 */
public interface Service extends AutoCloseable {
  void run() throws Exception;

  void stop();

  /** Whether it can do its work at the moment. One that restores its state is alive, not ready. */
  default boolean isReady() {
    return true;
  }

  @Override
  void close();
}
