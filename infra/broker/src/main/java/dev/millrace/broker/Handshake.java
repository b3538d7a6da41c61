package dev.millrace.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Listens to a child JVM until it serves or gives up, and drains what it says afterwards. */
final class Handshake {
  private static final int LINES_KEPT = 20;

  private Handshake() {}

  static void await(Process process, Path directory, Duration timeout) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread listener = new Thread(() -> listen(process, answer), "broker-output");
    listener.setDaemon(true);
    listener.start();
    try {
      String said = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (said.isEmpty()) return;
      throw failure(process, "No broker in %s: %s".formatted(directory, said));
    } catch (TimeoutException e) {
      throw failure(
          process,
          "The broker in %s did not serve within %d s; see %s"
              .formatted(directory, timeout.toSeconds(), EmbeddedBroker.log(directory)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(process, "Interrupted while the broker in " + directory + " was starting");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BrokerException failure(Process process, String message) {
    process.destroyForcibly();
    process.onExit().join();
    return new BrokerException(message);
  }

  /** Completes with an empty text when the broker serves, else with what went wrong. */
  private static void listen(Process process, CompletableFuture<String> answer) {
    Deque<String> last = new ArrayDeque<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.equals(BrokerMain.READY)) answer.complete("");
        if (line.startsWith(BrokerMain.FAILED)) {
          answer.complete(line.substring(BrokerMain.FAILED.length()));
        }
        last.addLast(line);
        if (last.size() > LINES_KEPT) last.removeFirst();
      }
    } catch (IOException e) {
      last.addLast(e.toString());
    }
    answer.complete("it ended before it served; " + String.join("\n", last));
  }
}
