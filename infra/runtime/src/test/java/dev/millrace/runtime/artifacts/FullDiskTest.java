package dev.millrace.runtime.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.ChildJvm;
import dev.millrace.testkit.TinyDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a disk that is really full: a tmpfs of 1 MiB, or else a limit on the size of files. */
class FullDiskTest {
  private static final int DISK_KIBIBYTES = 1024;
  private static final int BYTES_TOO_MANY = 4 << 20;

  @TempDir Path directory;

  /** Publishes what is too large, then what is not, and prints how that went. */
  static final class Child {
    public static void main(String[] arguments) throws Exception {
      Path root = Path.of(arguments[0]).resolve("store");
      FolderStore store = FolderStore.at(root);
      tryTo("streamed", () -> store.publish("streamed", Child::stream));
      print(root);
      tryTo(
          "small",
          () -> store.publish("small", place -> Files.write(place.resolve("f"), new byte[9])));
      print(root);
      if (arguments[1].equals(
          "mapped")) { // Last: a mapping holds its blocks until it is collected.
        tryTo("mapped", () -> store.publish("mapped", Child::map));
        print(root);
      }
    }

    private interface Attempt {
      void run() throws IOException;
    }

    private static void tryTo(String what, Attempt attempt) {
      try {
        attempt.run();
        System.out.println(what + " published");
      } catch (ArtifactStoreFullException e) {
        System.out.println(e.getMessage() + (e.bytesFree() < 1 << 20 ? "" : " (limited)"));
      } catch (IOException e) {
        System.out.println(what + " failed otherwise: " + e);
      }
    }

    private static void stream(Path place) throws IOException {
      try (OutputStream out = Files.newOutputStream(place.resolve("f"))) {
        for (int i = 0; i < BYTES_TOO_MANY >> 12; i++) out.write(new byte[4096]);
      }
    }

    private static void map(Path place) throws IOException {
      try (FileChannel channel =
          FileChannel.open(
              place.resolve("f"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES_TOO_MANY);
        while (buffer.hasRemaining()) buffer.put((byte) 1);
      }
    }

    private static void print(Path root) throws IOException {
      try (Stream<Path> all = Files.walk(root)) {
        all.map(path -> root.relativize(path).toString())
            .filter(name -> !name.isEmpty())
            .sorted()
            .forEach(name -> System.out.println("  " + name));
      }
    }
  }

  private List<String> run(List<String> launcher, String how) {
    try (ChildJvm child =
        ChildJvm.of(Child.class)
            .launcher(launcher)
            .arguments(directory.toString(), how)
            .start(Path.of(directory + "-output"))) {
      assertEquals(0, child.awaitExit(Duration.ofMinutes(1)), child.output());
      return child.output().lines().toList();
    }
  }

  @Test
  void saysSoInOneLineAndLeavesNothing() {
    Optional<String> unavailable = TinyDisk.unavailable(directory);
    if (unavailable.isPresent()) {
      System.out.println("No tmpfs here (" + unavailable.get() + "): a file size limit instead");
      limited();
      return;
    }
    System.out.println("On a tmpfs of " + DISK_KIBIBYTES + " KiB");
    List<String> lines = run(TinyDisk.launcher(directory, DISK_KIBIBYTES), "mapped");
    String full = "There is no room in %s/store (".formatted(directory);
    assertTrue(lines.get(0).startsWith(full), lines.toString());
    assertTrue(lines.get(0).endsWith(" bytes free): streamed was not written"), lines.toString());
    List<String> small = List.of("  .staging", "  .staging/.lock", "  small", "  small/f");
    assertEquals(small.subList(0, 2), lines.subList(1, 3));
    assertEquals("small published", lines.get(3));
    assertEquals(small, lines.subList(4, 8));
    assertTrue(lines.get(8).startsWith(full), lines.toString());
    assertTrue(lines.get(8).endsWith(" bytes free): mapped was not written"), lines.toString());
    assertEquals(small, lines.subList(9, lines.size()));
  }

  private void limited() {
    List<String> lines = run(limit(), "streamed");
    assertTrue(
        lines.get(0).endsWith(" bytes free): streamed was not written (limited)"),
        lines.toString());
    assertEquals("small published", lines.get(3));
  }

  @Test
  void aLimitOnFileSizesCountsAsFull() {
    limited();
  }

  private static List<String> limit() {
    return List.of("sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh");
  }
}
