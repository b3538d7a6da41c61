package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains the run's model on the curriculum. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Trains the run's model on the curriculum. Runs until it is told to stop.")
final class TrainCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    return ServiceHost.run("trainer", run.context(), Services::trainer);
  }
}
