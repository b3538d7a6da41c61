package dev.millrace.runtime.terminal;

import dev.millrace.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/** Counts to the half on a bar, waits for a file, and leaves a line. A shell can say its name. */
final class CountingMain {
  private CountingMain() {}

  public static void main(String[] arguments) {
    try (Progress progress = Progress.start("counting", Unit.of("steps"), OptionalLong.of(100))) {
      progress.add(50);
      Path file = Path.of(arguments[0]);
      Await.until("the file is there", Duration.ofMinutes(1), () -> Files.exists(file));
      progress.println("half way");
    }
    System.out.println("done");
  }
}
