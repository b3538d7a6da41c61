package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Evaluates every checkpoint of the run. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Evaluates every checkpoint of the run. Runs until it is told to stop.")
final class EvaluateCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    return ServiceHost.run("evaluator", run.context(), Services::evaluator);
  }
}
