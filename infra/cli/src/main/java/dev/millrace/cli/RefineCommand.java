package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Refines raw documents. */
@Command(
    name = "refine",
    mixinStandardHelpOptions = true,
    description =
        "Filters, scrubs and deduplicates raw documents. Runs until it is told to stop. Several"
            + " instances share the work.")
final class RefineCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      defaultValue = "refinery-1",
      description =
          "A name that this instance keeps over restarts, unique among those that share the topic"
              + " prefix (default: ${DEFAULT-VALUE}).")
  String instance = "refinery-1";

  @Override
  public Integer call() throws Exception {
    return ServiceHost.run("refinery", run.context(), services -> services.refinery(instance));
  }
}
