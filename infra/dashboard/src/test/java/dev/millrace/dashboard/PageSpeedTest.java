package dev.millrace.dashboard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.millrace.testkit.Browser;
import dev.millrace.testkit.TestKafka;
import dev.millrace.testkit.WithKafka;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a looker waits: the medians are below what was promised. */
@WithKafka
@Tag("long")
class PageSpeedTest {
  private static final int STEPS = 100_000;
  private static final int ROUNDS = 21;
  private static final double LOAD_MILLIS_MAX = 1_000;
  private static final double UPDATE_MILLIS_MAX = 2_000;
  private static final String STEPS_TRAINED = "li[data-name='steps trained'][data-count='%d']";

  /** Its table is behind a summary that nobody has opened. */
  private static final Locator.WaitForOptions ATTACHED =
      new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED);

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
      double[] dropped = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        started = System.nanoTime();
        page.reload();
        await(page, STEPS + round);
        loads[round] = millisSince(started);
        write(STEPS + round + 1, STEPS + round + 1);
        started = System.nanoTime();
        await(page, STEPS + round + 1);
        updates[round] = millisSince(started);
        String id = "dropped in round " + round + ".";
        log.write(log.topics().dropped(), id, Records.dropped(id));
        started = System.nanoTime();
        page.locator("#dropped th", new Page.LocatorOptions().setHasText(id)).waitFor(ATTACHED);
        dropped[round] = millisSince(started);
      }
      double load = median("%,d steps on the page after a reload".formatted(STEPS), loads);
      double update = median("a committed step is on the page after", updates);
      double drop = median("a dropped document is on the page after", dropped);
      assertTrue(load < LOAD_MILLIS_MAX, "a reload takes " + load);
      assertTrue(update < UPDATE_MILLIS_MAX, "a step takes " + update);
      assertTrue(drop < UPDATE_MILLIS_MAX, "a dropped document takes " + drop);
    }
  }

  private static void await(Page page, long step) {
    page.locator(STEPS_TRAINED.formatted(step)).waitFor();
  }

  private static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }

  private static double median(String what, double[] millis) {
    Arrays.sort(millis);
    double median = millis[ROUNDS / 2];
    System.out.printf(
        "%s: median %.0f ms, %.0f to %.0f%n", what, median, millis[0], millis[ROUNDS - 1]);
    return median;
  }
}
