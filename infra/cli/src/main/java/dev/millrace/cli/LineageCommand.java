package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.dashboard.lineage.Lineage;
import dev.millrace.dashboard.lineage.Listener;
import dev.millrace.dashboard.lineage.Question;
import dev.millrace.runtime.terminal.Progress;
import dev.millrace.runtime.terminal.Unit;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** From steps, documents and evaluations to each other. */
@Command(
    name = "lineage",
    mixinStandardHelpOptions = true,
    description =
        "Which documents fed a step, which steps a document fed and which checkpoints have seen it,"
            + " what an evaluation is of. Reads what has come since it was asked last, and keeps"
            + " where things are in --dir.")
final class LineageCommand implements Callable<Integer> {
  @Mixin RunOptions run = new RunOptions();

  @ArgGroup(multiplicity = "1")
  Options question = new Options();

  @Option(names = "--json", description = "Print JSON Lines.")
  boolean json;

  /** One of them. */
  static final class Options {
    @Option(names = "--step", paramLabel = "S", description = "A step of the run.")
    @Nullable Long step;

    @Option(names = "--document", paramLabel = "ID", description = "A document's id.")
    @Nullable String document;

    @Option(
        names = "--evaluation",
        paramLabel = "OFFSET",
        description = "An evaluation's offset in the evaluations topic, as 'millrace tail' prints.")
    @Nullable Long evaluation;

    Question asked() {
      if (step != null) return new Question.OfStep(step);
      if (evaluation != null) return new Question.OfEvaluation(evaluation);
      return new Question.OfDocument(document == null ? "" : document);
    }
  }

  @Override
  public Integer call() throws IOException {
    RunContext context = run.context();
    try (Lineage lineage = context.lineage(context.kafka())) {
      try (ProgressBars bars = new ProgressBars()) {
        lineage.update(bars);
      }
      print(answer(lineage, question.asked()));
    } catch (IllegalArgumentException e) {
      throw new UserError(e.getMessage(), e);
    }
    return 0;
  }

  private static List<ObjectNode> answer(Lineage lineage, Question question) throws IOException {
    List<ObjectNode> lines = question.ask(lineage, Integer.MAX_VALUE).lines();
    if (lines.isEmpty()) throw new UserError(question.nothing());
    return lines;
  }

  /** One a topic, on a terminal. */
  private static final class ProgressBars implements Listener, AutoCloseable {
    private Optional<Progress> bar = Optional.empty();
    private long shown;

    @Override
    public void read(String topic, long read, long of) {
      if (read == 0) {
        close();
        bar = Optional.of(Progress.start(topic, Unit.of("records"), OptionalLong.of(of)));
        shown = 0;
      }
      bar.orElseThrow().add(read - shown);
      shown = read;
    }

    @Override
    public void close() {
      bar.ifPresent(Progress::close);
    }
  }

  private void print(List<ObjectNode> lines) {
    if (json) {
      lines.forEach(System.out::println);
      return;
    }
    String kind = "";
    for (ObjectNode line : lines) {
      if (line.path("kind").asText().equals("segment") && !kind.equals("segment")) {
        System.out.println("      step    ordinal  tokens  raw            domain        document");
      }
      kind = line.path("kind").asText();
      System.out.println(row(kind, line));
    }
  }

  private static String row(String kind, ObjectNode line) {
    return switch (kind) {
      case "segment" ->
          format(
              "%10s %10d %7d  %-14s %-13s %s%s",
              line.path("step").isNull() ? "-" : line.path("step").asText(),
              line.path("ordinal").asLong(),
              line.path("length").asLong(),
              line.at("/raw/partition").asText() + ":" + line.at("/raw/offset").asText(),
              line.path("domain").asText(),
              line.path("document").asText(),
              line.path("trained").asBoolean() ? "" : "  (not trained on)");
      case "checkpoint" ->
          format(
              "checkpoint of step %,d  %s", line.path("step").asLong(), line.path("uri").asText());
      case "evaluation" ->
          format(
              "evaluation of step %,d at offset %d, %s",
              line.path("step").asLong(),
              line.path("offset").asLong(),
              line.path("status").asText().toLowerCase(Locale.ROOT));
      case "steps" ->
          format(
              "steps %,d to %,d of run %s: ordinals %,d to %,d, before offset %d of %s",
              line.path("first").asLong(),
              line.path("last").asLong(),
              line.path("run").asText(),
              line.path("firstOrdinal").asLong(),
              line.path("nextOrdinal").asLong() - 1,
              line.path("nextOffset").asLong(),
              line.path("curriculum").asText());
      default ->
          format(
              "held out: %,d documents of %s",
              line.path("documents").asLong(), line.path("domain").asText());
    };
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
