package dev.millrace.cli;

import dev.millrace.ingest.Ingest;
import dev.millrace.ingest.IngestOptions;
import dev.millrace.ingest.IngestReport;
import dev.millrace.ingest.Input;
import dev.millrace.ingest.source.Columns;
import dev.millrace.ingest.source.FieldNames;
import dev.millrace.ingest.source.Format;
import dev.millrace.ingest.source.Glob;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.schemas.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pushes corpora. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    description = {
      "Pushes documents: JSON Lines, CSV, TSV and Parquet, plain text, HTML, WARC and WET,"
          + " dumps of Wikipedia, books of Project Gutenberg, folders and zip, jar and tar"
          + " archives of these, each plain, gz or zst.",
      "A killed push goes on where it was; the same input pushed again adds nothing."
    })
final class IngestCommand implements Callable<Integer> {
  /** How long whoever presses Ctrl-C waits for the last commit at most. */
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

  @Mixin RunOptions run = new RunOptions();

  @Option(
      names = "--domain",
      paramLabel = "D",
      description = "Of documents that name none (default: the run's only domain).")
  @Nullable String domain;

  @Option(
      names = "--format",
      defaultValue = "auto",
      description =
          "auto, jsonl, csv, tsv, parquet, lines, text, html, warc, wikipedia, gutenberg, arxiv, zip or"
              + " tar (default: ${DEFAULT-VALUE}).")
  String format = "auto";

  @Option(
      names = "--text-column",
      paramLabel = "NAME|N",
      description =
          "The text is the column or field of this name (default: text); a number goes for"
              + " --format lines and counts columns from 1.")
  @Nullable String textColumn;

  @Option(
      names = "--id-column",
      paramLabel = "NAME",
      description = "The column or field of the document's id (default: id).")
  @Nullable String idColumn;

  @Option(
      names = "--uri-column",
      paramLabel = "NAME",
      description = "The column or field of the document's address (default: uri, else url).")
  @Nullable String uriColumn;

  @Option(
      names = "--separator",
      paramLabel = "TEXT",
      description = "With --format lines: what stands between columns (default: a tab).")
  String separator = "\t";

  @Option(
      names = "--entries",
      paramLabel = "GLOB",
      description = "Only these entries of archives and files of folders.")
  @Nullable String entries;

  @Option(
      names = "--name",
      description =
          "What standard input, or a URL that is signed anew each time, is known by when it comes"
              + " again.")
  @Nullable String name;

  @Option(names = "--again", description = "Push everything again, whatever was pushed before.")
  boolean again;

  @Option(
      names = "--follow",
      description =
          "Stay, and push files that come into the folders, once they are whole; with metrics and"
              + " health.")
  boolean follow;

  @Option(
      names = "--document-bytes-max",
      paramLabel = "N",
      description = "A larger document counts as damaged (default: ${DEFAULT-VALUE}).")
  int documentBytesMax = ReadOptions.DOCUMENT_BYTES_MAX;

  @Parameters(
      paramLabel = "PATH|URL|-",
      arity = "1..*",
      description =
          "Files, folders, archives (ARCHIVE!/ENTRY for one entry), URLs, s3://BUCKET/PATH, or - for"
              + " standard input.")
  List<String> inputs = List.of();

  @Override
  public Integer call() throws Exception {
    RunContext context = run.context();
    ReadOptions reading = checked(() -> reading(context));
    List<Input> parsed = checked(() -> inputs.stream().map(this::input).toList());
    if (follow && again) throw new UsageError("--follow and --again exclude each other");
    if (follow) return follow(context, IngestOptions.of(reading), parsed);
    KafkaConnection kafka = context.kafka();
    context.topicSetup(kafka).ensure(context.prefix().all());
    context.checkRights(kafka, "ingest");
    IngestOptions options = IngestOptions.of(reading);
    if (again) options = options.fromTheStart();
    Ingest ingest = new Ingest(kafka, context.prefix(), options);
    IngestReport report = push(ingest, parsed);
    print(report);
    return report.failed() > 0 || report.stopped() ? 1 : 0;
  }

  /** A service like the others, with metrics and health. */
  private static int follow(RunContext context, IngestOptions options, List<Input> folders)
      throws Exception {
    try (IngestBar bar = new IngestBar()) {
      return ServiceHost.run("ingest", context, services -> services.ingest(options, folders, bar));
    }
  }

  private IngestReport push(Ingest ingest, List<Input> parsed) {
    try (IngestBar bar = new IngestBar()) {
      Thread hook = new Thread(() -> stop(ingest, bar), "stop-ingest");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        return ingest.push(parsed, bar);
      } finally {
        remove(hook);
      }
    }
  }

  /** The process ends when this returns, with the exit code of its signal. */
  private static void stop(Ingest ingest, IngestBar bar) {
    try {
      bar.note(
          ingest.stop(STOP_PATIENCE)
              ? "stopped: the next push of the same input goes on from here"
              : "stopped: Kafka did not take the last documents within %d s, the next push does it"
                  .formatted(STOP_PATIENCE.toSeconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is on its way out: it is this hook that has ended the push.
    }
  }

  /** What options and inputs do not allow is wrong use. */
  private static <T> T checked(Supplier<T> parsed) {
    try {
      return parsed.get();
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage(), e);
    }
  }

  private ReadOptions reading(RunContext context) {
    List<String> domains = context.settings().domains();
    String chosen = domain;
    if (chosen == null && domains.size() == 1) chosen = domains.get(0);
    if (chosen == null)
      throw new UsageError("the run has the domains " + domains + ": say --domain");
    Optional<Format> wanted = format();
    Optional<Columns> columns = columns(wanted);
    FieldNames fields = fields(columns.isEmpty());
    return new ReadOptions(chosen, wanted, columns, fields, documentBytesMax);
  }

  /** A number names a column where none has a name. */
  private Optional<Columns> columns(Optional<Format> wanted) {
    boolean named = wanted.isPresent() && wanted.get() != Format.LINES;
    if (textColumn == null || named || !textColumn.matches("\\d{1,9}")) return Optional.empty();
    return Optional.of(new Columns(Integer.parseInt(textColumn), separator));
  }

  private FieldNames fields(boolean textIsNamed) {
    FieldNames fields = FieldNames.DEFAULT;
    if (textIsNamed && textColumn != null) fields = fields.withText(textColumn);
    if (idColumn != null) fields = fields.withId(idColumn);
    return uriColumn == null ? fields : fields.withUri(uriColumn);
  }

  private Optional<Format> format() {
    if (format.equals("auto")) return Optional.empty();
    return Optional.of(
        Format.named(format)
            .orElseThrow(
                () ->
                    new UsageError(
                        "no format is named "
                            + format
                            + "; there are auto, "
                            + String.join(
                                ", ",
                                Stream.of(Format.values()).map(Format::optionName).toList()))));
  }

  private Input input(String argument) {
    Input input = Input.parse(argument);
    if (name != null) input = input.named(name);
    return entries == null ? input : input.only(Glob.of(entries));
  }

  private static void print(IngestReport report) {
    double seconds = report.elapsed().toMillis() / 1000.0;
    report
        .domains()
        .forEach(
            (name, count) ->
                System.out.printf(
                    Locale.ROOT,
                    "%s: %,d documents, %.1f MB%n",
                    name,
                    count.documents(),
                    count.bytes() / 1e6));
    System.out.printf(
        Locale.ROOT,
        "%,d documents, %.1f MB in %.1f s (%.1f MB/s); %,d were there already, %,d damaged, %,d"
            + " without text%n",
        report.documents(),
        report.bytes() / 1e6,
        seconds,
        report.bytes() / 1e6 / Math.max(seconds, 1e-3),
        report.alreadyThere(),
        report.damaged(),
        report.unsupported());
  }
}
