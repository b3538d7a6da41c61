package dev.millrace.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

class ChildJvmTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  /** Says what it was given, then does what its first argument says. */
  static final class Child {
    public static void main(String[] arguments) throws Exception {
      PrintStream err = System.err;
      err.println("property " + System.getProperty("a.b") + " variable " + System.getenv("A_B"));
      System.out.println("arguments " + String.join(",", arguments));
      switch (arguments[0]) {
        case "sleep" -> Thread.sleep(Long.MAX_VALUE);
        case "fill" -> fill(Path.of(arguments[1]));
        case "parent" -> parent(Path.of(arguments[1]));
        default -> System.exit(Integer.parseInt(arguments[0]));
      }
    }

    private static void fill(Path file) {
      try {
        Files.write(file, new byte[1 << 20]);
      } catch (IOException e) {
        System.out.println("failed: " + e.getMessage());
      }
    }

    private static void parent(Path output) throws InterruptedException {
      ChildJvm child = ChildJvm.of(Child.class).arguments("sleep").start(output);
      child.awaitLine("arguments", SOON);
      System.out.println("child " + child.pid());
      System.exit(0); // Without closing the child.
    }
  }

  private ChildJvm.Command child(String... arguments) {
    return ChildJvm.of(Child.class).jvmOptions("-Xmx32m").arguments(arguments);
  }

  @Test
  void givesArgumentsPropertiesAndVariablesAndCapturesBothStreams() {
    Path output = directory.resolve("output");
    try (ChildJvm child =
        child("7", "x y").property("a.b", "c").environment("A_B", "d").start(output)) {
      assertEquals(7, child.awaitExit(SOON));
      assertEquals(OptionalInt.of(7), child.exitCode());
      assertEquals("arguments 7,x y", child.awaitLine("arguments (.*)", SOON).group());
      assertEquals("c", child.awaitLine("property (.) variable d", SOON).group(1));
    }
  }

  @Test
  void killsWithoutALastWord() {
    try (ChildJvm child = child("sleep").start(directory.resolve("output"))) {
      child.awaitLine("arguments sleep", SOON);
      assertEquals(OptionalInt.empty(), child.exitCode());
      child.kill9();
      assertFalse(child.isAlive());
      assertEquals(OptionalInt.of(128 + 9), child.exitCode());
    }
  }

  @Test
  void terminatesWithASignal() {
    try (ChildJvm child = child("sleep").start(directory.resolve("output"))) {
      child.awaitLine("arguments sleep", SOON);
      child.terminate();
      assertEquals(128 + 15, child.awaitExit(SOON));
    }
  }

  @Test
  void saysSoWhenTheChildEndsWithoutTheLine() {
    try (ChildJvm child = child("3").start(directory.resolve("output"))) {
      String message =
          assertThrows(AssertionFailedError.class, () -> child.awaitLine("never", SOON))
              .getMessage();
      assertTrue(message.startsWith("Child ended with code 3 and printed no line with"), message);
      assertTrue(message.contains("arguments 3"), message);
    }
  }

  @Test
  void closingEndsTheChild() {
    ChildJvm child = child("sleep").start(directory.resolve("output"));
    child.close();
    assertFalse(child.isAlive());
  }

  @Test
  void theChildEndsWithTheJvmThatStartedIt() throws Exception {
    Path output = directory.resolve("output");
    try (ChildJvm parent = child("parent", directory.resolve("inner").toString()).start(output)) {
      String pid = parent.awaitLine("child (\\d+)", SOON).group(1);
      parent.awaitExit(SOON);
      Optional<ProcessHandle> orphan = ProcessHandle.of(Long.parseLong(pid));
      if (orphan.isPresent()) orphan.get().onExit().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aTinyDiskIsFullForTheChildAlone() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Optional<String> unavailable = TinyDisk.unavailable(disk);
    assumeTrue(unavailable.isEmpty(), () -> "no tmpfs in a namespace: " + unavailable);
    try (ChildJvm child =
        child("fill", disk.resolve("file").toString())
            .launcher(TinyDisk.launcher(disk, 256))
            .start(directory.resolve("output"))) {
      assertEquals(0, child.awaitExit(SOON));
      assertTrue(child.output().contains("failed: No space left on device"), child.output());
      assertFalse(Files.exists(disk.resolve("file")));
    }
  }
}
