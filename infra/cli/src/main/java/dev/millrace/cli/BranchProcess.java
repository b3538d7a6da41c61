package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private final Process process;

  private BranchProcess(Process process) {
    this.process = process;
  }

  /**
   * @param log what it says is added there
   */
  static BranchProcess start(Path runFile, Path directory, Path log) throws IOException {
    Files.createDirectories(log.toAbsolutePath().getParent());
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-XX:+ExitOnOutOfMemoryError",
            "-Dai.djl.offline=" + System.getProperty("ai.djl.offline", "true"),
            "-cp",
            System.getProperty("java.class.path"),
            BranchMain.class.getName(),
            runFile.toString(),
            directory.toString());
    return new BranchProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
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
