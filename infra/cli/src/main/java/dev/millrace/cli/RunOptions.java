package dev.millrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which run, and where what it keeps on this machine lies. */
final class RunOptions {
  private static final Path USUAL = Path.of("run.yaml");

  @Option(
      names = "--run",
      paramLabel = "FILE",
      description = "The run file (default: ./run.yaml where there is one).")
  @Nullable Path file;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".millrace",
      description =
          "Where an embedded broker, checkpoints and logs live (default: ${DEFAULT-VALUE}).")
  Path directory = Path.of(".millrace");

  /** The run that the options name, with its file read and checked. */
  RunContext context() {
    return RunContext.of(runFile(), directory);
  }

  Optional<Path> runFile() {
    if (file != null) return Optional.of(file);
    return Files.exists(USUAL) ? Optional.of(USUAL) : Optional.empty();
  }
}
