package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.refinery.stream.DomainCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** A run at a moment as lines of text. */
record WatchView(RunStatus status, Lag lag) {

  /** For a terminal, a few lines. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%-12s %11s %11s %9s %11s %6s",
            "domain", "in", "refined", "held out", "dropped", "dead"));
    status.funnel().domains().forEach((domain, counts) -> lines.add(line(domain, counts)));
    lines.add(
        format(
            "waiting      refinery %,d, tokenization %,d, curriculum %,d, trainer %,d; evaluator"
                + " %,d steps behind",
            lag.refinery(), lag.tokenization(), lag.curriculum(), lag.trainer(), lag.evaluator()));
    lines.add("training     " + training());
    status
        .evaluation()
        .ifPresent(
            evaluation ->
                lines.add(
                    format(
                        "perplexity   step %,d: %s",
                        evaluation.path("step").asLong(), perplexities(evaluation))));
    status.branchLines().forEach(branch -> lines.add("branch       " + branch));
    status.controls().lines().forEach(command -> lines.add("command      " + command));
    return lines;
  }

  /** For a file or a pipe. */
  String line() {
    StringJoiner line = new StringJoiner("; ");
    DomainCounts all = status.funnel().total();
    line.add(
        format("in %,d, refined %,d, in flight %,d", all.raw(), all.refined(), all.inFlight()));
    line.add(training());
    status
        .evaluation()
        .ifPresent(e -> line.add(format("step %,d %s", e.path("step").asLong(), perplexities(e))));
    return line.toString();
  }

  private static String line(String domain, DomainCounts counts) {
    return format(
        "%-12s %,11d %,11d %,9d %,11d %,6d",
        domain,
        counts.raw(),
        counts.refined(),
        counts.heldOut(),
        counts.droppedInAll(),
        counts.deadLetters());
  }

  private String training() {
    String step =
        status
            .progress()
            .map(
                p ->
                    format(
                        "step %,d, loss %.4f, %,d tokens, %,.0f tokens/s",
                        p.path("step").asLong(),
                        p.path("loss").asDouble(),
                        p.path("tokens").asLong(),
                        p.path("tokensPerSecond").asDouble()))
            .orElse("no step yet");
    return status.controls().paused() ? "PAUSED, " + step : step;
  }

  private static String perplexities(JsonNode evaluation) {
    StringJoiner sets = new StringJoiner(", ");
    for (JsonNode set : evaluation.path("sets")) {
      sets.add(
          format("%s %,.2f", set.path("name").asText(), set.path("tokenPerplexity").asDouble()));
    }
    return sets.toString();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
