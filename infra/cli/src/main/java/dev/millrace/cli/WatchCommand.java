package dev.millrace.cli;

import dev.millrace.runtime.terminal.Screen;
import dev.millrace.schemas.ControlAcknowledged;
import dev.millrace.schemas.KafkaConnection;
import dev.millrace.schemas.LenientValues;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks at a run again and again. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description =
        "Shows a run as it goes on: documents by domain, what waits where, step, loss, perplexity."
            + " Drawn in place on a terminal, else a line whenever something has changed. Ctrl-C"
            + " ends it.")
final class WatchCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      description = "How often it looks, for example PT5S (default: ${DEFAULT-VALUE}).")
  Duration every = Duration.ofSeconds(1);

  @Option(
      names = "--max",
      paramLabel = "N",
      description = "How often it looks before it ends (default: for ever).")
  long max = Long.MAX_VALUE;

  @Override
  public Integer call() throws InterruptedException {
    RunContext context = run.context();
    KafkaConnection kafka = context.kafka();
    Screen screen = Screen.onStandardError(); // What is drawn last stays where Ctrl-C leaves it.
    LenientValues<ControlAcknowledged> answers =
        new LenientValues<>(context.runTopics().controlAcknowledged());
    String printed = "";
    for (long looks = 1; looks <= max; looks++) {
      WatchView view = look(kafka, context, answers);
      if (screen.isTerminal()) {
        screen.show(view.lines());
      } else if (!view.line().equals(printed)) {
        printed = view.line();
        System.out.println(printed);
        if (System.out.checkError()) return 0; // The pipe was closed: nobody reads on.
      }
      if (looks < max) Thread.sleep(every.toMillis());
    }
    return 0;
  }

  private static WatchView look(
      KafkaConnection kafka, RunContext context, LenientValues<ControlAcknowledged> answers)
      throws InterruptedException {
    RunStatus status = RunStatus.read(kafka, context.prefix(), context.settings().name(), answers);
    return new WatchView(status, Lag.read(kafka, context, status));
  }
}
