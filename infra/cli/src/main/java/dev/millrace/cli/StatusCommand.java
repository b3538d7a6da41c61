package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.refinery.stream.DomainCounts;
import dev.millrace.schemas.LenientValues;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One look at a run. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "What became of the documents, how far training is, and what it is worth.")
final class StatusCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    RunContext context = run.context();
    RunStatus status =
        RunStatus.read(
            context.kafka(),
            context.prefix(),
            context.settings().name(),
            new LenientValues<>(context.runTopics().controlAcknowledged()));
    if (json) System.out.println(status.json());
    else print(status);
    return 0;
  }

  private static void print(RunStatus status) {
    System.out.printf(
        Locale.ROOT,
        "%-14s %10s %10s %10s %10s %10s %10s %10s%n",
        "domain",
        "raw",
        "refined",
        "held out",
        "dropped",
        "retracted",
        "dead",
        "in flight");
    for (Map.Entry<String, DomainCounts> domain : status.funnel().domains().entrySet()) {
      DomainCounts c = domain.getValue();
      System.out.printf(
          Locale.ROOT,
          "%-14s %,10d %,10d %,10d %,10d %,10d %,10d %,10d%n",
          domain.getKey(),
          c.raw(),
          c.refined(),
          c.heldOut(),
          c.droppedInAll(),
          c.retracted(),
          c.deadLetters(),
          c.inFlight());
      c.dropped().forEach((rule, n) -> System.out.printf(Locale.ROOT, "  %-50s %,10d%n", rule, n));
    }
    String paused = status.controls().paused() ? "PAUSED after " : "";
    status.progress().ifPresent(p -> System.out.println("training   " + paused + brief(p)));
    status.checkpoint().ifPresent(c -> System.out.println("checkpoint " + c.path("uri").asText()));
    status.evaluation().ifPresent(StatusCommand::print);
    status.branchLines().forEach(line -> System.out.println("branch     " + line));
    status.controls().lines().forEach(line -> System.out.println("command    " + line));
  }

  private static String brief(ObjectNode p) {
    return String.format(
        Locale.ROOT,
        "step %,d, %,d tokens, loss %.4f, %,.0f tokens/s",
        p.path("step").asLong(),
        p.path("tokens").asLong(),
        p.path("loss").asDouble(),
        p.path("tokensPerSecond").asDouble());
  }

  private static void print(ObjectNode evaluation) {
    System.out.printf(Locale.ROOT, "evaluation of step %,d%n", evaluation.path("step").asLong());
    evaluation
        .path("sets")
        .forEach(
            set ->
                System.out.printf(
                    Locale.ROOT,
                    "  %-14s token perplexity %10.2f   bits per byte %.4f%n",
                    set.path("name").asText(),
                    set.path("tokenPerplexity").asDouble(),
                    set.path("bitsPerByte").asDouble()));
  }
}
