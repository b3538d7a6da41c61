package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tokenizes and packs the refined documents of the run's domains. */
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description =
        "Tokenizes and packs the refined documents of the run's domains. Runs until it is told to stop.")
final class TokenizeCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    return ServiceHost.run("tokenization", run.context(), Services::tokenization);
  }
}
