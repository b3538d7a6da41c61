package dev.millrace.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a source on a thread of its own, so that reading and pushing go on at the same time,
 * and a source that has nothing to say for a while does not hold up what was read before. What
 * waits weighs no more than the limit, or is one element.
 */
final class ReadAhead<T> implements AutoCloseable {
  private final Supplier<Optional<T>> source;
  private final ToLongFunction<T> weight;
  private final long weightMax;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<T> waiting = new ArrayDeque<>();
  private final Runnable afterwards;
  private long waitingWeight;
  private boolean ended;
  private boolean closed;
  private @Nullable Throwable failure;

  /**
   * Starts to read.
   *
   * @param source empty at its end
   * @param afterwards runs on the reading thread after the last use of the source
   */
  ReadAhead(
      Supplier<Optional<T>> source, ToLongFunction<T> weight, long weightMax, Runnable afterwards) {
    this.source = source;
    this.weight = weight;
    this.weightMax = weightMax;
    this.afterwards = afterwards;
    Thread reader = new Thread(this::read, "ingest-reader");
    reader.setDaemon(true); // It may hang in a read of a pipe that never ends.
    reader.start();
  }

  /** Whether nothing will come any more. */
  boolean isExhausted() {
    lock.lock();
    try {
      return ended && waiting.isEmpty() && failure == null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next element; empty where none came within the time.
   *
   * @throws RuntimeException what the source threw, after all that came before
   */
  Optional<T> poll(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      long left = timeout.toNanos();
      while (waiting.isEmpty() && !ended && left > 0) left = changed.awaitNanos(left);
      T next = waiting.poll();
      if (next == null) {
        throwFailure();
        return Optional.empty();
      }
      waitingWeight -= weight.applyAsLong(next);
      changed.signalAll();
      return Optional.of(next);
    } finally {
      lock.unlock();
    }
  }

  private void throwFailure() {
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException e) throw e;
    if (thrown instanceof Error e) throw e;
  }

  private void read() {
    try {
      Optional<T> next = source.get();
      while (next.isPresent() && put(next.get())) next = source.get();
      end(null);
    } catch (RuntimeException | Error e) {
      end(e);
    } finally {
      afterwards.run();
    }
  }

  private boolean put(T element) {
    long elementWeight = weight.applyAsLong(element);
    lock.lock();
    try {
      while (!closed && !waiting.isEmpty() && waitingWeight + elementWeight > weightMax) {
        changed.awaitUninterruptibly();
      }
      if (closed) return false;
      waiting.add(element);
      waitingWeight += elementWeight;
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable Throwable thrown) {
    lock.lock();
    try {
      ended = true;
      failure = thrown;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets the reading thread go; it ends when its source returns. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
