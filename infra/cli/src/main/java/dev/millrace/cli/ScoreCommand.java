package dev.millrace.cli;

import dev.millrace.evaluator.ModelOptions;
import dev.millrace.evaluator.Score;
import dev.millrace.runtime.terminal.Unit;
import dev.millrace.runtime.terminal.WatchedWork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Offline evaluation of a model. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description =
        "Perplexity of a text under a checkpoint or a Hugging Face directory, by the evaluator's own"
            + " code: rolling log-likelihood, pseudo-log-likelihood of a BERT, which takes a pass for"
            + " each token, or infilling log-likelihood of a BART.")
final class ScoreCommand implements Callable<Integer> {
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR",
      description = "The model, or its place in an object store.")
  String checkpoint = "";

  @Mixin FetchOptions fetch = new FetchOptions();

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE",
      description = "One document of plain text, or JSON Lines (*.jsonl) with a text each.")
  Path text = Path.of("");

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "Tokens by which windows move on (default: as many as a window has).")
  @Nullable Integer stride;

  @Option(
      names = "--masked-every",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Of a BERT's tokens one in so many is scored, as evaluation.maskedEvery says it to the"
              + " evaluator (default: 1, all of them).")
  int maskedEvery;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    if (maskedEvery < 1) {
      throw new UsageError("--masked-every must be at least 1: " + maskedEvery);
    }
    OptionalInt step = stride == null ? OptionalInt.empty() : OptionalInt.of(stride);
    Score score = score(fetch.fetch(checkpoint), step);
    // Of the name that it was given: that in an object store has a directory of its own.
    if (json) System.out.println(score.json().put("checkpoint", checkpoint));
    else print(score);
    return 0;
  }

  private Score score(Path directory, OptionalInt step) throws IOException {
    try (WatchedWork bar = new WatchedWork("score", Unit.of("passes"))) {
      return Score.of(directory, text, step, maskedEvery, ModelOptions.AUTO, bar);
    }
  }

  private void print(Score s) {
    System.out.printf("%s under %s%n", s.file(), checkpoint);
    System.out.printf(
        "%,d tokens, %,d words, %,d bytes, %,d documents; context %d, stride %d%n",
        s.tokens(), s.words(), s.bytes(), s.documents(), s.contextLength(), s.stride());
    System.out.printf("%s: %s%n", s.objective(), s.definition());
    System.out.printf("token perplexity  %.4f%n", s.tokenPerplexity());
    System.out.printf("word perplexity   %.4f%n", s.wordPerplexity());
    System.out.printf("byte perplexity   %.4f%n", s.bytePerplexity());
    System.out.printf("bits per byte     %.4f%n", s.bitsPerByte());
    System.out.printf(
        "nats per token    %.4f +- %.4f%n", s.nll() / s.tokens(), s.nllStandardError());
    System.out.printf("%.1f s on %s%n", s.seconds(), s.provider());
  }
}
