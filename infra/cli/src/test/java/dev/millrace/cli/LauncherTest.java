package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the checkout in a folder of its own, with a build and a Java that take notes. */
class LauncherTest {
  private static final String BUILD =
      """
      #!/bin/sh
      echo begun >>"$(dirname "$0")/builds"
      sleep 1
      touch "$(dirname "$0")/infra/cli/target/dependencies.classpath"
      """;

  @TempDir Path root;
  private Path lock;

  @BeforeEach
  void copyTheLauncher() throws IOException {
    Path checkout = Path.of("").toAbsolutePath().resolve("../..").normalize();
    lock = root.resolve("infra/cli/target/build.lock");
    Files.createDirectories(lock.getParent());
    Files.createDirectories(root.resolve("jdk/bin"));
    for (String file : new String[] {"millrace", "infra/allocator.sh"}) {
      Files.copy(checkout.resolve(file), root.resolve(file));
    }
    script("mvnw", BUILD);
    script("jdk/bin/java", "#!/bin/sh\necho ran\n");
    assertTrue(root.resolve("millrace").toFile().setExecutable(true));
  }

  @Test
  void twoCommandsAtOnceBuildOnce() throws Exception {
    Process first = launch("first");
    while (!Files.exists(root.resolve("builds"))) Thread.sleep(10);
    Process second = launch("second");
    assertEquals("ran", lastLine(first, "first"));
    assertEquals("ran", lastLine(second, "second"));
    assertEquals(1, Files.readAllLines(root.resolve("builds")).size());
    assertTrue(Files.readString(root.resolve("second")).contains("another command is building"));
    assertFalse(Files.exists(lock, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void aBuildThatWasKilledIsBegunAgain() throws Exception {
    Process killed = new ProcessBuilder("true").start();
    killed.waitFor();
    Files.createSymbolicLink(lock, Path.of(Long.toString(killed.pid())));
    assertEquals("ran", lastLine(launch("later"), "later"));
    assertEquals(1, Files.readAllLines(root.resolve("builds")).size());
  }

  @Test
  void aBuildThatFailsLeavesTheNextOneFree() throws Exception {
    script("mvnw", "#!/bin/sh\necho '[ERROR] no such symbol'\nexit 1\n");
    Process failed = launch("failed");
    assertTrue(failed.waitFor(1, TimeUnit.MINUTES));
    assertEquals(1, failed.exitValue());
    assertTrue(Files.readString(root.resolve("failed")).contains("no such symbol"));
    script("mvnw", BUILD);
    assertEquals("ran", lastLine(launch("next"), "next"));
  }

  private void script(String name, String text) throws IOException {
    Path file = Files.writeString(root.resolve(name), text);
    assertTrue(file.toFile().setExecutable(true));
  }

  private Process launch(String output) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(root.resolve("millrace").toString(), "--version");
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().remove("MILLRACE_MAVEN_ARGS");
    return builder.redirectErrorStream(true).redirectOutput(root.resolve(output).toFile()).start();
  }

  private String lastLine(Process process, String output) throws Exception {
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), "does not end");
    String text = Files.readString(root.resolve(output));
    assertEquals(0, process.exitValue(), text);
    return text.lines().reduce((a, b) -> b).orElseThrow();
  }
}
