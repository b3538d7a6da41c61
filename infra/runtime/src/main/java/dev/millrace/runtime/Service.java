package dev.millrace.runtime;

/**
 * Something long-lived. {@link #run} blocks until {@link #stop} is called from another thread, or
 * fails; after a stop that came first it returns at once. {@link #stop} may be called often and
 * returns at once; {@link #close} frees what was taken, after {@link #run} has returned.
 */
public interface Service extends AutoCloseable {
  void run() throws Exception;

  void stop();

  @Override
  void close();
}
