package dev.millrace.runtime.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TinyDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisksTest {
  private static final int DISK_KIBIBYTES = 1024;

  @TempDir Path directory;

  /** Watches folders and prints what Prometheus gets of their disks. */
  static final class Child {
    public static void main(String[] folders) throws Exception {
      try (Metrics metrics = new Metrics()) {
        metrics.watchDisks(Stream.of(folders).map(Path::of).toList());
        metrics
            .registry()
            .scrape()
            .lines()
            .filter(line -> line.startsWith("disk_total_bytes{"))
            .forEach(System.out::println);
      }
    }
  }

  private List<String> watched(List<String> launcher, Path... folders) {
    try (ChildJvm child =
        ChildJvm.of(Child.class)
            .launcher(launcher)
            .arguments(Stream.of(folders).map(Path::toString).toArray(String[]::new))
            .start(Path.of(directory + "-output"))) {
      assertEquals(0, child.awaitExit(Duration.ofMinutes(1)), child.output());
      return child.output().lines().toList();
    }
  }

  @Test
  void aFolderOnADiskOfItsOwnIsWatchedBesideTheOneThatItIsIn() throws Exception {
    Path artifacts = Files.createDirectory(directory.resolve("artifacts"));
    Optional<String> unavailable = TinyDisk.unavailable(artifacts);
    assumeTrue(unavailable.isEmpty(), () -> "no tmpfs here: " + unavailable.orElseThrow());
    List<String> disks =
        watched(
            TinyDisk.launcher(artifacts, DISK_KIBIBYTES),
            directory,
            directory.resolve("state"),
            artifacts);
    assertEquals(2, disks.size(), disks::toString);
    String tiny =
        "disk_total_bytes{path=\"%s\"} %s"
            .formatted(artifacts, Double.valueOf(DISK_KIBIBYTES << 10));
    assertTrue(disks.contains(tiny), disks::toString);
  }

  @Test
  void aFolderThatIsNotThereYetIsOnTheDiskOfTheOneThatItWillBeIn() {
    List<String> disks =
        watched(List.of(), directory.resolve("not/yet"), directory, directory.resolve("nor/this"));
    assertEquals(1, disks.size(), disks::toString);
    assertTrue(disks.get(0).contains("path=\"" + directory + "\""), disks::toString);
  }
}
