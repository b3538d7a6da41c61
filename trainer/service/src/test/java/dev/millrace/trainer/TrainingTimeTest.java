package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.trainer.TrainingTime.Wait;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrainingTimeTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong clock = new AtomicLong(77);
  private final TrainingTime time = new TrainingTime(clock::get);

  private void pass(double seconds) {
    clock.addAndGet((long) (seconds * SECOND));
  }

  @Test
  void tellsWhatItWaitedForAsSharesOfAll() {
    time.begin();
    long start = time.now();
    pass(1.5);
    assertEquals((long) (1.5 * SECOND), time.waited(Wait.SEQUENCES, start));
    pass(58);
    start = time.now();
    pass(0.5);
    time.waited(Wait.CHECKPOINTS, start);
    time.lap();
    assertEquals(60, time.seconds());
    assertEquals(1.5, time.seconds(Wait.SEQUENCES));
    assertEquals(
        "60.0 s, of which it waited 2.50 % for sequences, 0.83 % for checkpoints, 0.00 % for"
            + " records",
        time.toString());
  }

  @Test
  void whatIsBeforeTheBeginningAndPausesDoNotCount() {
    pass(100);
    time.begin();
    pass(2);
    long start = time.now();
    pass(1000);
    time.paused(start);
    pass(3);
    time.lap();
    assertEquals(5, time.seconds());
  }

  @Test
  void lapsAddUp() {
    for (int i = 0; i < 3; i++) {
      pass(7);
      time.lap();
    }
    assertEquals(21, time.seconds());
  }
}
