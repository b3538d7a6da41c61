package dev.millrace.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceRunnerTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<String> events = new CopyOnWriteArrayList<>();

  /** Runs until it is stopped and writes down what happens to it. */
  private class Recorded implements Service {
    final String name;
    final CountDownLatch stopped = new CountDownLatch(1);

    Recorded(String name) {
      this.name = name;
    }

    @Override
    public void run() throws Exception {
      events.add(name + " runs");
      stopped.await();
      events.add(name + " ends");
    }

    @Override
    public void stop() {
      events.add(name + " is told");
      stopped.countDown();
    }

    @Override
    public void close() {
      events.add(name + " is closed");
    }
  }

  @Test
  void stopsTheLastStartedFirstAndClosesAfterTheThreadHasEnded() {
    try (ServiceRunner runner = new ServiceRunner(LONG)) {
      for (String name : List.of("a", "b", "c")) {
        runner.start(name, new Recorded(name));
        Await.until(name + " runs", LONG, () -> events.contains(name + " runs"));
      }
    }
    assertEquals(
        List.of(
            "a runs",
            "b runs",
            "c runs", //
            "c is told",
            "c ends",
            "c is closed", //
            "b is told",
            "b ends",
            "b is closed", //
            "a is told",
            "a ends",
            "a is closed"),
        events);
  }

  @Test
  void returnsWhenEveryServiceHasEnded() throws Exception {
    try (ServiceRunner runner = new ServiceRunner(LONG)) {
      Recorded service = new Recorded("a");
      runner.start("a", service);
      service.stopped.countDown();
      runner.await();
    }
    assertEquals(List.of("a runs", "a ends", "a is told", "a is closed"), events);
  }

  @Test
  void stopsAllWhenOneFailsAndSaysWhichAndWhy() {
    IllegalStateException cause = new IllegalStateException("out of luck");
    try (ServiceRunner runner = new ServiceRunner(LONG)) {
      runner.start("good", new Recorded("good"));
      runner.start(
          "bad",
          new Recorded("bad") {
            @Override
            public void run() {
              throw cause;
            }
          });
      ServiceException failure = assertThrows(ServiceException.class, runner::await);
      assertEquals("bad", failure.service());
      assertEquals("bad failed: out of luck", failure.getMessage());
      assertSame(cause, failure.getCause());
      assertSame(failure, runner.failure().orElseThrow());
    }
    assertTrue(events.containsAll(List.of("good ends", "good is closed", "bad is closed")));
  }

  @Test
  void saysWhichServiceIsNotReady() {
    try (ServiceRunner runner = new ServiceRunner(LONG)) {
      assertEquals(Optional.of("no service runs"), runner.notReady());
      runner.start("good", new Recorded("good"));
      assertEquals(Optional.empty(), runner.notReady());
      runner.start(
          "slow",
          new Recorded("slow") {
            @Override
            public boolean isReady() {
              return false;
            }
          });
      assertEquals(Optional.of("slow is not ready yet"), runner.notReady());
    }
  }

  @Test
  void failsWithAnErrorAsWithAnException() {
    try (ServiceRunner runner = new ServiceRunner(LONG)) {
      runner.start(
          "bad",
          new Recorded("bad") {
            @Override
            public void run() {
              throw new OutOfMemoryError("made up");
            }
          });
      assertThrows(ServiceException.class, runner::await);
    }
  }

  @Test
  void saysWhatDidNotStopAndDoesNotCloseItUnderItsThread() {
    CountDownLatch release = new CountDownLatch(1);
    ServiceRunner runner = new ServiceRunner(Duration.ofMillis(100));
    try {
      runner.start(
          "stubborn",
          new Recorded("stubborn") {
            @Override
            public void run() throws Exception {
              release.await();
            }
          });
      runner.start("good", new Recorded("good"));
      runner.close();
      ServiceException failure = assertThrows(ServiceException.class, runner::await);
      assertTrue(
          failure.getMessage().startsWith("stubborn did not stop within 100 ms; it is in "),
          failure.getMessage());
      assertTrue(events.contains("good is closed"));
      assertTrue(!events.contains("stubborn is closed"), events.toString());
    } finally {
      release.countDown();
    }
  }

  @Test
  void startsNothingMoreOnceItIsStopping() {
    ServiceRunner runner = new ServiceRunner(LONG);
    runner.close();
    assertThrows(IllegalStateException.class, () -> runner.start("a", new Recorded("a")));
    assertEquals(List.of(), events);
  }

  /** Two services, the second of which needs a while to finish its step. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      try (ServiceRunner runner = new ServiceRunner(LONG)) {
        runner.start("first", new Printed("first"));
        runner.start("second", new Printed("second"));
        System.out.println("ready");
        runner.await();
      }
    }
  }

  private static final class Printed implements Service {
    private final String name;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running = true;

    Printed(String name) {
      this.name = name;
    }

    @Override
    public void run() throws Exception {
      stopped.await();
      Thread.sleep(300); // The rest of a step, which must not be cut off.
      running = false;
    }

    @Override
    public void stop() {
      stopped.countDown();
    }

    @Override
    public void close() {
      System.out.println(name + (running ? " closed under its thread" : " closed in order"));
    }
  }

  @Test
  void aTerminatedProcessStopsItsServicesBeforeItGoes(@TempDir Path directory) {
    try (ChildJvm child = ChildJvm.of(Main.class).start(directory.resolve("output"))) {
      child.awaitLine("ready", LONG);
      child.terminate();
      assertEquals(128 + 15, child.awaitExit(LONG));
      assertEquals(
          List.of("ready", "second closed in order", "first closed in order"),
          child.output().lines().toList());
    }
  }
}
