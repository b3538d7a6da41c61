package dev.millrace.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The whole stack for a run file. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description =
        "Runs every service of a run in one process, on the Kafka that the run file names or on an"
            + " embedded broker. Push documents with 'millrace ingest' from another terminal."
            + " Branches that 'millrace control cooldown' has begun are trained beside the run, one"
            + " after the other.")
final class UpCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Override
  public Integer call() throws Exception {
    if (run.context().settings().training().branch().isPresent()) {
      throw new UserError(
          "training.branch: a branch trains on the sequences of the run that it is of; run"
              + " 'millrace train' and 'millrace evaluate' for it");
    }
    try (Stack stack = Stack.start(run.context())) {
      stack.startDashboard();
      stack.startRefinery();
      stack.awaitTokenizer();
      stack.startTokenization();
      stack.startTraining();
      stack.await();
    }
    return 0;
  }
}
