package dev.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has no memory left ends, and not as if a newer instance had taken over. */
class OutOfMemoryTest {
  private static final Path IMAGE = Path.of("pom.xml");
  private static final Path LAUNCHER = Path.of("..", "..", "millrace");

  /** As the first process of a container is: the kernel keeps many signals from it. */
  private static final List<String> FIRST = List.of("unshare", "-rpf", "--kill-child");

  private static final int WORK_FAILED = 1;

  @TempDir Path directory;

  /** One thread of it only, so that the others could go on. */
  static final class HungryMain {
    private static final List<byte[]> EATEN = new ArrayList<>();

    private HungryMain() {}

    public static void main(String[] arguments) throws InterruptedException {
      Thread hungry = new Thread(HungryMain::eat);
      hungry.start();
      hungry.join();
    }

    private static void eat() {
      while (true) EATEN.add(new byte[1 << 20]);
    }
  }

  private static List<String> options() throws Exception {
    return Pattern.compile("<jvmFlag>(-XX:[^<]*(?:OnOutOfMemory|OnCrash)[^<]*)</jvmFlag>")
        .matcher(Files.readString(IMAGE))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void aContainerEnds() throws Exception {
    assumeTrue(
        new ProcessBuilder("unshare", "-rpf", "true").start().waitFor() == 0,
        "no namespace of processes can be made here");
    List<String> all = new ArrayList<>(options());
    all.addAll(List.of("-Xmx16m", "-XX:ErrorFile=" + directory.resolve("error")));
    try (ChildJvm child =
        ChildJvm.of(HungryMain.class)
            .launcher(FIRST)
            .jvmOptions(all.toArray(String[]::new))
            .start(directory.resolve("output"))) {
      assertEquals(WORK_FAILED, child.awaitExit(Duration.ofMinutes(1)), child.output());
      assertTrue(child.output().contains("OutOfMemory encountered"), child.output());
    }
  }

  @Test
  void theLauncherEndsAsTheImagesDo() throws Exception {
    String launcher = Files.readString(LAUNCHER);
    assertEquals(2, options().size());
    for (String option : options()) assertTrue(launcher.contains(" " + option + " "), option);
  }
}
