package dev.millrace.refinery.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.refinery.text.Words;
import dev.millrace.refinery.toxicity.Toxicity;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.tokenization.Europarl;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * How fast one thread learns and scores the speeches of Europarl, in megabytes of UTF-8 per second
 * of processor time: the median of the rounds.
 */
final class ClassifierSpeed {
  private static final int ROUNDS = 9;
  private static final SourceDocument SOURCE = SourceDocument.ofText("", "", "");

  private ClassifierSpeed() {}

  public static void main(String[] arguments) throws IOException {
    List<String> speeches = Europarl.speeches(Integer.MAX_VALUE);
    double megabytes = speeches.stream().mapToInt(s -> s.getBytes(UTF_8).length).sum() / 1e6;
    System.out.printf("%,d speeches, %.1f MB%n", speeches.size(), megabytes);
    print("learning, 5 epochs", megabytes, () -> learn(speeches));
    LinearClassifier classifier = learn(speeches);
    List<Words> folded = speeches.stream().map(Words::of).toList();
    print("folding", megabytes, () -> speeches.forEach(Words::of));
    print("scoring folded words", megabytes, () -> folded.forEach(classifier::score));
    print(
        "folding and scoring",
        megabytes,
        () -> speeches.forEach(s -> classifier.score(Words.of(s))));
    Stage toxicity = Defaults.of(Toxicity.class).stage();
    print("toxicity, built-in list", megabytes, () -> speeches.forEach(s -> judge(toxicity, s)));
  }

  private static void judge(Stage stage, String text) {
    Object unused = stage.judge(RefinedText.of(SOURCE, text));
  }

  private static LinearClassifier learn(List<String> texts) {
    ClassifierTrainer trainer = new ClassifierTrainer(Defaults.of(Training.class));
    for (int i = 0; i < texts.size(); i++) trainer.add(Words.of(texts.get(i)), i % 2 == 0);
    return trainer.train("even", "odd");
  }

  private static void print(String what, double megabytes, Runnable round) {
    double[] seconds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      round.run();
      seconds[i] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    System.out.printf("%-26s %7.1f MB/s%n", what, megabytes / seconds[ROUNDS / 2]);
  }
}
