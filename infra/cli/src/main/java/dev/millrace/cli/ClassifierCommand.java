package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ingest.source.Item;
import dev.millrace.ingest.source.Items;
import dev.millrace.ingest.source.Meter;
import dev.millrace.ingest.source.Place;
import dev.millrace.ingest.source.Sources;
import dev.millrace.refinery.classifier.ClassifierFile;
import dev.millrace.refinery.classifier.LinearClassifier;
import dev.millrace.refinery.classifier.Training;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.terminal.Progress;
import dev.millrace.runtime.terminal.Unit;
import dev.millrace.runtime.terminal.WatchedWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Learns and tries text classifiers. */
@Command(
    name = "classifier",
    mixinStandardHelpOptions = true,
    description =
        "Learns a linear classifier over hashed words and pairs of words, for the refinery's stages"
            + " toxicity and quality-classifier, or scores documents with one.")
final class ClassifierCommand {
  /** A number, or a power such as 2^20. */
  static final class Power implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      try {
        if (!value.startsWith("2^")) return Integer.parseInt(value);
        int exponent = Integer.parseInt(value.substring(2));
        if (exponent >= 0 && exponent < Integer.SIZE - 1) return 1 << exponent;
      } catch (NumberFormatException e) {
        throw new TypeConversionException("no number, and no power such as 2^20: " + value);
      }
      throw new TypeConversionException("too large a power: " + value);
    }
  }

  @Command(
      name = "train",
      mixinStandardHelpOptions = true,
      description =
          "Learns from documents of two labels, writes the classifier and prints how well it tells"
              + " documents that were held out. A label is a file of JSON Lines with a text each,"
              + " plain or compressed, or a topic of refined documents: documents.refined, or that"
              + " of another refinery with its prefix.")
  int train(
      @Mixin RunOptions run,
      @Option(
              names = "--positive",
              required = true,
              paramLabel = "FILE|TOPIC",
              description = "What scores near 1: the good, or the toxic.")
          String positive,
      @Option(names = "--positive-domain", paramLabel = "D", description = "Of this domain only.")
          @Nullable String positiveDomain,
      @Option(
              names = "--negative",
              required = true,
              paramLabel = "FILE|TOPIC",
              description = "What scores near 0.")
          String negative,
      @Option(names = "--negative-domain", paramLabel = "D", description = "Of this domain only.")
          @Nullable String negativeDomain,
      @Option(names = "--out", required = true, paramLabel = "FILE", description = "To write to.")
          Path out,
      @Option(
              names = "--test-fraction",
              paramLabel = "F",
              defaultValue = "0.1",
              description = "Of the documents, held out (default: ${DEFAULT-VALUE}).")
          double testFraction,
      @Option(
              names = "--documents-max",
              paramLabel = "N",
              defaultValue = "50000",
              description =
                  "The first N of each label; 8 bytes of memory per word (default:"
                      + " ${DEFAULT-VALUE}).")
          long documentsMax,
      @Option(
              names = "--buckets",
              paramLabel = "N",
              defaultValue = "2^20",
              converter = Power.class,
              description = "Weights, a power of two; 4 bytes each (default: ${DEFAULT-VALUE}).")
          int buckets,
      @Option(
              names = "--epochs",
              paramLabel = "N",
              defaultValue = "5",
              description = "Times to go through all documents (default: ${DEFAULT-VALUE}).")
          int epochs,
      @Option(
              names = "--learning-rate",
              paramLabel = "R",
              defaultValue = "1",
              description = "First step of a weight (default: ${DEFAULT-VALUE}).")
          double learningRate,
      @Option(
              names = "--l2",
              paramLabel = "L",
              defaultValue = "1e-6",
              description = "Draws weights to 0 (default: ${DEFAULT-VALUE}).")
          double l2,
      @Option(
              names = "--seed",
              paramLabel = "N",
              defaultValue = "0",
              description = "Of order and held-out documents (default: ${DEFAULT-VALUE}).")
          long seed,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException {
    long start = System.nanoTime();
    if (documentsMax < 1) throw new UsageError("--documents-max must be at least 1");
    ClassifierTraining training =
        training(new Settings(buckets, epochs, learningRate, l2, seed, testFraction));
    LabelledTexts good =
        new LabelledTexts(positive, Optional.ofNullable(positiveDomain), documentsMax);
    LabelledTexts bad =
        new LabelledTexts(negative, Optional.ofNullable(negativeDomain), documentsMax);
    try (Progress bar = Progress.start("read", Unit.of("documents"), OptionalLong.empty())) {
      good.forEach(run, text -> add(training, text, true, bar));
      bad.forEach(run, text -> add(training, text, false, bar));
    }
    LinearClassifier learnt = learn(training, good, bad);
    ClassifierFile.write(learnt, out);
    double seconds = (System.nanoTime() - start) / 1e9;
    ClassifierReport report =
        new ClassifierReport(out, learnt.description(), training.accuracy(learnt), seconds);
    System.out.println(json ? report.json() : report.table());
    return 0;
  }

  private static void add(
      ClassifierTraining training, String text, boolean isPositive, Progress bar) {
    training.add(text, isPositive);
    bar.add(1);
  }

  private static LinearClassifier learn(
      ClassifierTraining training, LabelledTexts good, LabelledTexts bad) {
    try (WatchedWork bar = new WatchedWork("learn", Unit.of("documents"))) {
      return training.train(good.shown(), bad.shown(), bar);
    }
  }

  private record Settings(
      int buckets, int epochs, double learningRate, double l2, long seed, double testFraction) {}

  private static ClassifierTraining training(Settings s) {
    try {
      return new ClassifierTraining(
          new Training(s.buckets(), s.epochs(), s.learningRate(), s.l2(), s.seed()),
          s.testFraction());
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage(), e);
    }
  }

  @Command(
      name = "score",
      mixinStandardHelpOptions = true,
      description = "Prints id and score of every document, one JSON line per line in.")
  int score(
      @Option(
              names = "--classifier",
              required = true,
              paramLabel = "FILE",
              description = "Of millrace classifier train.")
          Path classifier,
      @Parameters(paramLabel = "FILE.jsonl|-", description = "The documents; - for standard input.")
          String input)
      throws IOException {
    LinearClassifier learnt = ClassifierFile.read(classifier);
    long refused = 0;
    try (Items items = open(input);
        Progress bar = Progress.besideOutput("score", Unit.of("documents"))) {
      for (Optional<Item> item = items.next(); item.isPresent(); item = items.next()) {
        if (!(item.get() instanceof Item.Document)) refused++;
        System.out.println(line(learnt, item.get()));
        bar.add(1);
      }
    }
    if (refused > 0) throw new UserError(refused + " lines were no documents: see their reason");
    return 0;
  }

  private static Items open(String input) throws IOException {
    if (!input.equals("-")) {
      Path file = Path.of(input);
      if (!Files.isRegularFile(file)) throw new UserError(input + " is no file");
      return LabelledTexts.open(file);
    }
    Place place = Place.of("-", Optional.empty(), "standard input", "-");
    return Sources.open(System.in, place, LabelledTexts.jsonLines(), Optional.empty(), new Meter())
        .items();
  }

  private static ObjectNode line(LinearClassifier classifier, Item item) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    if (item instanceof Item.Document document) {
      Words words = Words.of(LabelledTexts.text(document.document()));
      return line.put("id", document.document().getId()).put("score", classifier.score(words));
    }
    line.putNull("id");
    if (item instanceof Item.Unsupported u) return line.put("reason", u.where() + ": " + u.kind());
    return line.put("reason", item.toString());
  }
}
