package dev.millrace.dashboard;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.millrace.testkit.Browser;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a looker waits. It prints times and asserts none. */
@WithKafka
@Tag("long")
class PageSpeedTest {
  private static final int STEPS = 100_000;
  private static final int ROUNDS = 21;
  private static final String STEPS_TRAINED = "li[data-name='steps trained'][data-count='%d']";

  private final RunLog log;

  PageSpeedTest(TestKafka kafka) throws Exception {
    log = new RunLog(kafka);
  }

  private void write(long first, long last) {
    log.write(
        log.topics().run(Records.RUN).progress(),
        Records.RUN,
        LongStream.rangeClosed(first, last).mapToObj(s -> Records.step(s, 5)).toList());
  }

  @Test
  void aLongHistoryLoadsAndARecordIsSeen() throws Exception {
    write(1, STEPS);
    try (Browser browser = Browser.startOrSkip();
        Serving serving = new Serving(log)) {
      Page page = browser.page(1400, 1000, ColorScheme.LIGHT);
      long started = System.nanoTime();
      page.navigate(serving.uri().toString());
      await(page, STEPS);
      System.out.printf("read and shown first: %.0f ms%n", millisSince(started));
      double[] loads = new double[ROUNDS];
      double[] updates = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        started = System.nanoTime();
        page.reload();
        await(page, STEPS + round);
        loads[round] = millisSince(started);
        write(STEPS + round + 1, STEPS + round + 1);
        started = System.nanoTime();
        await(page, STEPS + round + 1);
        updates[round] = millisSince(started);
      }
      print("%,d steps on the page after a reload".formatted(STEPS), loads);
      print("a committed step is on the page after", updates);
    }
  }

  private static void await(Page page, long step) {
    page.locator(STEPS_TRAINED.formatted(step)).waitFor();
  }

  private static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  private static void print(String what, double[] millis) {
    Arrays.sort(millis);
    System.out.printf(
        "%s: median %.0f ms, %.0f to %.0f%n",
        what, millis[ROUNDS / 2], millis[0], millis[ROUNDS - 1]);
  }
}
