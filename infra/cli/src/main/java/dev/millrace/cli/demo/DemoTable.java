package dev.millrace.cli.demo;

import dev.millrace.refinery.stream.DomainCounts;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.SetEvaluation;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as a person reads it. */
final class DemoTable {
  private DemoTable() {}

  static String of(DemoReport report) {
    StringBuilder text = new StringBuilder();
    funnel(report, text);
    checkpoints(report, text);
    report
        .sample()
        .ifPresent(
            s ->
                line(
                    text,
                    "%nA sample: %s|%s",
                    s.getPrompt(),
                    s.getText().strip().replace("\n", "\n  ")));
    DemoReport.Timing t = report.timing();
    line(
        text,
        "%n%.0f s in all: ingest %.0f s, refine %.0f s (%,.0f documents/s, %.1f MB/s), train %.0f s"
            + " (%,.0f tokens/s), evaluate %.0f s; %,d MB of memory at most",
        t.total(),
        t.ingest(),
        t.refine(),
        report.funnel().total().raw() / t.refine(),
        report.rawBytes() / 1e6 / t.refine(),
        t.train(),
        report.trainedTokens() / t.train(),
        t.evaluate(),
        report.peakMemoryMegabytes());
    return text.toString();
  }

  private static void funnel(DemoReport report, StringBuilder text) {
    line(text, "Documents");
    line(
        text,
        "  %-10s %10s %10s %10s %10s %6s",
        "domain",
        "in",
        "refined",
        "held out",
        "dropped",
        "dead");
    for (Map.Entry<String, DomainCounts> domain : report.funnel().domains().entrySet()) {
      DomainCounts c = domain.getValue();
      line(
          text,
          "  %-10s %,10d %,10d %,10d %,10d %,6d",
          domain.getKey(),
          c.raw(),
          c.refined(),
          c.heldOut(),
          c.droppedInAll(),
          c.deadLetters());
    }
    line(text, "%nDropped by rule");
    for (Map.Entry<String, DomainCounts> domain : report.funnel().domains().entrySet()) {
      domain
          .getValue()
          .dropped()
          .forEach((rule, n) -> line(text, "  %-10s %-50s %,10d", domain.getKey(), rule, n));
    }
  }

  private static void checkpoints(DemoReport report, StringBuilder text) {
    List<String> domains = List.copyOf(report.unigram().keySet());
    line(text, "%nHeld-out perplexity per token (bits per byte)");
    StringBuilder head =
        new StringBuilder(String.format("  %-8s %10s %8s", "step", "tokens", "loss"));
    domains.forEach(d -> head.append(String.format(" %18s", d)));
    line(text, "%s", head);
    for (CheckpointPublished checkpoint : report.checkpoints()) {
      StringBuilder row = new StringBuilder();
      row.append(
          String.format(
              Locale.ROOT,
              "  %-8d %,10d %8s",
              checkpoint.getStep(),
              checkpoint.getTokens(),
              Double.isFinite(checkpoint.getLoss())
                  ? String.format(Locale.ROOT, "%.3f", checkpoint.getLoss())
                  : "-"));
      for (String domain : domains) row.append(cell(report.heldOut(checkpoint.getStep()), domain));
      line(text, "%s", row);
    }
    StringBuilder yardstick =
        new StringBuilder(String.format("  %-8s %10s %8s", "unigram", "", ""));
    domains.forEach(
        d -> yardstick.append(String.format(Locale.ROOT, " %,18.1f", report.unigram().get(d))));
    line(text, "%s", yardstick);
  }

  private static String cell(List<SetEvaluation> sets, String domain) {
    return sets.stream()
        .filter(s -> s.getName().equals(domain))
        .map(
            s ->
                String.format(
                    Locale.ROOT, " %,9.1f (%.3f)", s.getTokenPerplexity(), s.getBitsPerByte()))
        .map(s -> String.format(" %18s", s.strip()))
        .findFirst()
        .orElse(String.format(" %18s", "-"));
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
