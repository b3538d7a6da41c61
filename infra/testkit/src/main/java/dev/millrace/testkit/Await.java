package dev.millrace.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.opentest4j.AssertionFailedError;

/** Waits for what will be true soon, without guessing how long it takes. */
public final class Await {
  private static final long LOOK_EVERY_MILLIS = 20;

  private Await() {}

  /**
   * Waits until a condition holds.
   *
   * @throws AssertionFailedError with the description when it does not within the time
   */
  public static void until(String description, Duration timeout, Callable<Boolean> condition) {
    until(description, timeout, condition, holds -> holds);
  }

  /**
   * Waits until a value is as wanted, and returns it. What the value throws is not waited out.
   *
   * @throws AssertionFailedError with the description and the last value when it never is
   */
  public static <T> T until(
      String description, Duration timeout, Callable<T> value, Predicate<? super T> wanted) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      T last = call(description, value);
      if (wanted.test(last)) return last;
      if (System.nanoTime() - end >= 0) {
        throw new AssertionFailedError(
            "Waited %s in vain until %s; last seen: %s".formatted(timeout, description, last));
      }
      pause(description);
    }
  }

  private static <T> T call(String description, Callable<T> value) {
    try {
      return value.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionFailedError("Failed while waiting until " + description, e);
    }
  }

  private static void pause(String description) {
    try {
      Thread.sleep(LOOK_EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionFailedError("Interrupted while waiting until " + description, e);
    }
  }
}
