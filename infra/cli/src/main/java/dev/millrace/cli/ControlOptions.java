package dev.millrace.cli;

import java.time.Duration;
import java.util.UUID;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command to a run takes. */
final class ControlOptions {
  @Mixin RunOptions run = new RunOptions();

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The command's id; the same id again is the same command (default: a new one).")
  String id = UUID.randomUUID().toString();

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "How long the service may take, for example PT30S (default: ${DEFAULT-VALUE}).")
  Duration wait = Duration.ofMinutes(1);

  @Option(names = "--json", description = "Print the acknowledgement as JSON.")
  boolean json;
}
