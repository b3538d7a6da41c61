package dev.millrace.cli;

import dev.millrace.evaluator.Generation;
import dev.millrace.evaluator.ModelOptions;
import dev.millrace.evaluator.sampling.Sampler;
import dev.millrace.runtime.terminal.Unit;
import dev.millrace.runtime.terminal.WatchedWork;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Continues a prompt. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = "Lets a checkpoint or a Hugging Face model continue a prompt; a BERT cannot.")
final class GenerateCommand implements Callable<Integer> {
  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR",
      description = "The model, or its place in an object store.")
  String checkpoint = "";

  @Mixin FetchOptions fetch = new FetchOptions();

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "What to continue.")
  String prompt = "";

  @Option(
      names = "--tokens",
      defaultValue = "100",
      description = "At most (default: ${DEFAULT-VALUE}).")
  int tokens = 100;

  @Option(
      names = "--temperature",
      defaultValue = "0.8",
      description = "0 takes the likeliest token each time (default: ${DEFAULT-VALUE}).")
  double temperature = 0.8;

  @Option(
      names = "--top-k",
      defaultValue = "40",
      description = "Choose among so many, 0 for all (default: ${DEFAULT-VALUE}).")
  int topK = 40;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed gives the same text (default: ${DEFAULT-VALUE}).")
  long seed = 1;

  @Override
  public Integer call() throws IOException {
    Generation generation = generation(new Sampler(temperature, topK));
    System.out.println(generation.prompt() + generation.text());
    return 0;
  }

  private Generation generation(Sampler sampler) throws IOException {
    try (WatchedWork bar = new WatchedWork("generate", Unit.of("tokens"))) {
      return Generation.of(
          fetch.fetch(checkpoint), prompt, tokens, sampler, seed, ModelOptions.AUTO, bar);
    }
  }
}
