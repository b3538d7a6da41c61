package dev.millrace.refinery.stream;

import dev.millrace.refinery.stage.BrokenStageException;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Rules that end in time. They run on a thread of their own; a document that holds it for too long
 * is given up, the thread is interrupted and left behind, and the next document gets another one.
 * What counts is the thread's processor time, so that a busy machine condemns nobody. Not for use
 * by two threads at once.
 */
final class TimeLimit implements DocumentRules, AutoCloseable {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Of the wall clock, for what waits instead of computing: less than a transaction may take. */
  private static final long STUCK_AFTER_NANOS = Duration.ofSeconds(20).toNanos();

  private final Supplier<DocumentRules> supplier;
  private final Patience patience;
  private DocumentRules rules;
  private volatile Thread thread = Thread.currentThread(); // Until the worker has one.
  private ExecutorService worker;

  /**
   * Rules of this kind.
   *
   * @param supplier makes the rules anew for each thread
   */
  TimeLimit(Supplier<DocumentRules> supplier, Patience patience) {
    this.supplier = supplier;
    this.patience = patience;
    rules = supplier.get();
    worker = worker();
  }

  @Override
  public Ruling judge(RawDocument document, Origin origin) {
    Duration limit = patience.left();
    DocumentRules current = rules;
    Future<Ruling> ruling = worker.submit(() -> current.judge(document, origin));
    try {
      Ruling answer = await(ruling, limit.toNanos());
      patience.respected();
      return answer;
    } catch (TimeoutException e) {
      patience.usedUp();
      replaceWorker();
      throw new BrokenStageException(
          DeadLetter.TIME_LIMIT, new TimeoutException("no verdict within " + limit));
    } catch (ExecutionException e) {
      patience.respected();
      throw broken(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while judging the document at " + origin, e);
    }
  }

  private Ruling await(Future<Ruling> ruling, long limitNanos)
      throws InterruptedException, ExecutionException, TimeoutException {
    long begin = System.nanoTime();
    long processorBegin = processorNanos();
    long left = limitNanos;
    while (true) {
      try {
        return ruling.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        left = limitNanos - (processorNanos() - processorBegin);
        boolean stuck = System.nanoTime() - begin > STUCK_AFTER_NANOS;
        if (left <= 0 || stuck) throw e;
      }
    }
  }

  private long processorNanos() {
    return THREADS.getThreadCpuTime(thread.getId());
  }

  /** No stack or no memory left is the document's fault; other errors are ours. */
  private static RuntimeException broken(Throwable cause) {
    if (cause instanceof BrokenStageException known) return known;
    if (cause instanceof Error error && !(error instanceof VirtualMachineError)) throw error;
    return new BrokenStageException("rules", cause);
  }

  private void replaceWorker() {
    worker.shutdownNow();
    worker = worker();
    rules = supplier.get();
  }

  private ExecutorService worker() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread made = new Thread(task, "refinery-rules");
          made.setDaemon(true);
          thread = made;
          return made;
        });
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
