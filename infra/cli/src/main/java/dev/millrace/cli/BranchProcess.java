package dev.millrace.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A trainer of a branch in a JVM of its own, for as long as this one lives. */
final class BranchProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BranchProcess.class);

  /** Tensors are off the heap. */
  private static final String HEAP = "-Xmx1g";

  /** Whoever stops the thread that waits here gives it {@link ServiceHost#STOP_TIMEOUT}. */
  private static final Duration STOP_TIMEOUT = ServiceHost.STOP_TIMEOUT.minusSeconds(10);

  /** Options that are of one process: its heap, and what opens ports or writes to files. */
  private static final List<String> NOT_SHARED =
      List.of(
          "-Xmx",
          "-Xms",
          "-Xmn",
          "-XX:MaxHeapSize=",
          "-XX:InitialHeapSize=",
          "-XX:MinHeapSize=",
          "-javaagent:",
          "-agentlib:",
          "-agentpath:",
          "-Xdebug",
          "-Xrun",
          "-Dcom.sun.management.",
          "-Xlog:",
          "-XX:StartFlightRecording");

  /** Where a JVM finds further options; the parent's are among those that it reports. */
  private static final List<String> OPTION_VARIABLES =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final Process process;

  private BranchProcess(Process process) {
    this.process = process;
  }

  /**
   * @param log what it says is added there
   */
  static BranchProcess start(Path runFile, Path directory, Path log) throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(shared(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    command.addAll(
        List.of(
            HEAP,
            "-XX:+CrashOnOutOfMemoryError", // With 1; ExitOnOutOfMemoryError: 3, as the fenced do.
            "-XX:-CreateCoredumpOnCrash",
            "-Dai.djl.offline=" + System.getProperty("ai.djl.offline", "true"),
            "-cp",
            System.getProperty("java.class.path"),
            BranchMain.class.getName(),
            runFile.toString(),
            directory.toString(),
            Logs.format().name()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeAll(OPTION_VARIABLES);
    return new BranchProcess(builder.start());
  }

  /** Those of this JVM's options that another one beside it may have too. */
  static List<String> shared(List<String> options) {
    return options.stream()
        .filter(option -> NOT_SHARED.stream().noneMatch(option::startsWith))
        .toList();
  }

  /** How it ended; nothing while it runs. */
  OptionalInt exit() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Orderly: it finishes its step and leaves a checkpoint. Returns when it is gone. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) return;
      LOG.warn("The trainer of a branch did not stop in {}: killed", STOP_TIMEOUT);
    } catch (IOException e) {
      LOG.warn("The trainer of a branch cannot be told to stop: killed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    process.onExit().join();
  }
}
