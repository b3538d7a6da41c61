package dev.millrace.cli;

import dev.millrace.runtime.terminal.Progress;
import dev.millrace.runtime.terminal.Unit;
import dev.millrace.tokenizer.BpeTrainer;
import dev.millrace.tokenizer.BpeVocabulary;
import dev.millrace.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Learns and tries tokenizers. */
@Command(
    name = "tokenizer",
    mixinStandardHelpOptions = true,
    description = "Learns a tokenizer.json, or encodes with one.")
final class TokenizerCommand {
  @Command(
      name = "train",
      mixinStandardHelpOptions = true,
      description =
          "Learns byte-level BPE from text files, or from the refined documents of the run where no"
              + " file is named, with the special tokens that the run's model wants. Hugging Face's"
              + " library loads the result.")
  int train(
      @Mixin RunOptions run,
      @Option(
              names = "--vocab",
              paramLabel = "N",
              description = "Ids, the 256 bytes and the special tokens included.")
          @Nullable Integer vocabularySize,
      @Option(names = "--out", paramLabel = "FILE", description = "Default: the run's tokenizer.")
          @Nullable Path out,
      @Parameters(paramLabel = "FILE", arity = "0..*", description = "Text files, UTF-8.")
          List<Path> files)
      throws IOException {
    RunContext context = run.context();
    int size =
        vocabularySize == null ? context.settings().tokenizer().vocabularySize() : vocabularySize;
    Path target = out == null ? context.tokenizer() : out;
    List<String> special = SpecialTokens.of(context.settings().model());
    BpeVocabulary vocabulary =
        files == null || files.isEmpty()
            ? fromRefined(context, size, special, target)
            : fromFiles(files, size, special, target);
    System.out.printf("%s: %,d ids%n", target, vocabulary.size());
    return 0;
  }

  private static BpeVocabulary fromRefined(
      RunContext run, int size, List<String> special, Path target) throws IOException {
    List<String> domains = run.settings().domains();
    long characters = run.settings().tokenizer().learnFrom();
    try (TokenizerTraining training =
            new TokenizerTraining(run.kafka(), run.prefix(), domains, characters, special);
        Progress progress =
            Progress.start("learn", Unit.of("characters"), OptionalLong.of(characters))) {
      if (training.read(progress::add) == 0) {
        throw new UserError("there are no refined documents of the run's domains yet: " + domains);
      }
      return training.write(size, target);
    }
  }

  private static BpeVocabulary fromFiles(
      List<Path> files, int size, List<String> special, Path target) throws IOException {
    BpeTrainer trainer = new BpeTrainer();
    long bytes = 0;
    for (Path file : files) bytes += Files.size(file);
    try (Progress progress = Progress.start("learn", Unit.bytes(), OptionalLong.of(bytes))) {
      for (Path file : files) {
        try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
          // A line keeps its end: white space is part of what is learnt.
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            trainer.add(line + "\n");
          }
        }
        progress.add(Files.size(file));
      }
    }
    BpeVocabulary vocabulary = trainer.train(size, special);
    TokenizerTraining.write(vocabulary, target);
    return vocabulary;
  }

  @Command(
      name = "encode",
      mixinStandardHelpOptions = true,
      description = "Prints the ids of every line of standard input.")
  int encode(
      @Mixin RunOptions run,
      @Option(
              names = "--tokenizer",
              paramLabel = "FILE",
              description = "Default: the run's tokenizer.")
          @Nullable Path file)
      throws IOException {
    Path chosen = file == null ? run.context().tokenizer() : file;
    if (!Files.exists(chosen)) throw new UserError(chosen + " does not exist");
    Tokenizer tokenizer = Tokenizer.read(chosen);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Progress bar = Progress.besideOutput("encode", Unit.of("lines"))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(
            Arrays.stream(tokenizer.encode(line))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" ")));
        bar.add(1);
      }
    }
    return 0;
  }
}
