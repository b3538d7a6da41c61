package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tokenizes and packs the refined documents of the run's domains. */
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description =
        "Tokenizes and packs the refined documents of the run's domains. Runs until it is told to"
            + " stop. Several instances share the work.")
final class TokenizeCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      defaultValue = Services.TOKENIZATION,
      description =
          "Where below --dir this instance keeps its state, over restarts; each of those on one"
              + " machine has its own (default: ${DEFAULT-VALUE}).")
  String instance = Services.TOKENIZATION;

  @Override
  public Integer call() throws Exception {
    return ServiceHost.run(
        "tokenization", run.context(), services -> services.tokenization(instance));
  }
}
