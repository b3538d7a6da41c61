package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Decides the training order. */
@Command(
    name = "curriculum",
    mixinStandardHelpOptions = true,
    description = "Decides the training order. Runs until it is told to stop.")
final class CurriculumCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    return ServiceHost.run("curriculum", run.context(), Services::curriculum);
  }
}
