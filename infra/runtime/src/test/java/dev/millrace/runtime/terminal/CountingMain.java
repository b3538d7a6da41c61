package dev.millrace.runtime.terminal;

import dev.millrace.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Counts to the half on a bar, waits for a file, and leaves a line; then the same to three quarters
 * of work that says itself how much it is, until another file is there. At last it says whether a
 * bar could be seen and what it prints could not. A shell can say its name.
 */
final class CountingMain {
  private CountingMain() {}

  public static void main(String[] arguments) {
    try (Progress progress = Progress.start("counting", Unit.of("steps"), OptionalLong.of(100))) {
      progress.add(50);
      Path file = Path.of(arguments[0]);
      Await.until("the file is there", Duration.ofMinutes(1), () -> Files.exists(file));
      progress.println("half way");
    }
    try (WatchedWork work = new WatchedWork("working", Unit.of("pieces"))) {
      work.sees(1, 4);
      work.sees(3, 4);
      Path file = Path.of(arguments[1]);
      Await.until("the file is there", Duration.ofMinutes(1), () -> Files.exists(file));
    }
    System.out.println(Screen.besideOutput().isTerminal() ? "done, unseen" : "done");
  }
}
