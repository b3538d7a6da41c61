package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

class AwaitTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void returnsTheFirstValueThatIsWanted() {
    AtomicInteger count = new AtomicInteger();
    assertEquals(3, Await.until("3", LONG, count::incrementAndGet, n -> n >= 3));
    assertEquals(3, count.get());
  }

  @Test
  void waitsForACondition() {
    AtomicInteger count = new AtomicInteger();
    Await.until("the fifth look", LONG, () -> count.incrementAndGet() == 5);
    assertEquals(5, count.get());
  }

  @Test
  void saysWhatItWaitedForAndWhatItSawLast() {
    AssertionFailedError failure =
        assertThrows(
            AssertionFailedError.class,
            () -> Await.until("the tide is in", Duration.ofMillis(50), () -> "mud", s -> false));
    assertEquals(
        "Waited PT0.05S in vain until the tide is in; last seen: mud", failure.getMessage());
  }

  @Test
  void looksOnceEvenWithoutTime() {
    assertEquals(1, Await.until("1", Duration.ZERO, () -> 1, n -> true));
  }

  @Test
  void doesNotWaitOutWhatTheValueThrows() {
    IllegalStateException broken = new IllegalStateException();
    assertSame(
        broken,
        assertThrows(
            IllegalStateException.class,
            () ->
                Await.until(
                    "never",
                    LONG,
                    () -> {
                      throw broken;
                    })));
  }
}
