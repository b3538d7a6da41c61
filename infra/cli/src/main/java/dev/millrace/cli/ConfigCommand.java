package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks the run file and shows what holds. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Checks the run file and prints every setting with where its value came from.")
final class ConfigCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Override
  public Integer call() {
    System.out.print(run.context().file().toYaml());
    return 0;
  }
}
