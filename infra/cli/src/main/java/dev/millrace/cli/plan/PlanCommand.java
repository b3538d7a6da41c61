package dev.millrace.cli.plan;

import dev.millrace.cli.UsageError;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plans a training by a scaling law, without a run file or Kafka. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "The size, the data and the time that belong to a budget of compute, by a scaling law:"
            + " parameters, tokens, predicted loss, a model of that size, days on a GPU.")
public final class PlanCommand implements Callable<Integer> {
  @Option(
      names = "--flops",
      paramLabel = "C",
      description = "So many operations can be afforded, as 1e21.")
  @Nullable String flops;

  @Option(names = "--params", paramLabel = "N", description = "The size is given, as 1.3B.")
  @Nullable String params;

  @Option(names = "--tokens", paramLabel = "D", description = "The data are given, as 20B.")
  @Nullable String tokens;

  @Option(
      names = "--fit",
      paramLabel = "FIT",
      defaultValue = "epoch",
      description =
          "epoch: Epoch AI's replication, the default. hoffmann: as printed in 2022. 20to1: twenty"
              + " tokens a parameter.")
  String fit = "";

  @Option(
      names = "--gpu",
      paramLabel = "GPU",
      defaultValue = "h100",
      description = "a100, h100 (default), h100-pcie, h200, b200, l4, l40s or rtx-4090.")
  String gpu = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "GPUs that share the work (default: 1).")
  int count;

  @Option(
      names = "--mfu",
      paramLabel = "SHARE",
      defaultValue = "0.4",
      description = "Of the GPU's peak that is used (default: 0.4).")
  double mfu;

  @Option(names = "--price", paramLabel = "P", description = "Of a GPU for an hour.")
  @Nullable Double price;

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      defaultValue = "gpt2",
      description = "Of the model: gpt2 (default) or llama, as Llama 3 has them.")
  String family = "";

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      description = "Tokens of the model's vocabulary (default: GPT-2's 50257, Llama 3's 128256).")
  @Nullable Integer vocabulary;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "The model's context length (default: GPT-2's 1024, Llama 3's 8192).")
  @Nullable Integer context;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    Plan plan = plan();
    if (json) System.out.println(plan.json());
    else System.out.print(plan.table());
    return 0;
  }

  private Plan plan() {
    try {
      Fit chosen = Fit.of(fit);
      Budget budget = budget(chosen);
      Family made = Family.of(family);
      ModelSize size =
          new ModelSize(
              made,
              vocabulary == null ? made.vocabularySize() : vocabulary,
              context == null ? made.contextLength() : context);
      return new Plan(
          chosen,
          budget,
          size.nearest(budget.parameters()),
          Gpu.of(gpu),
          count,
          mfu,
          price == null ? OptionalDouble.empty() : OptionalDouble.of(price));
    } catch (IllegalArgumentException e) {
      throw new UsageError(e.getMessage());
    }
  }

  private Budget budget(Fit chosen) {
    List<String> given = Stream.of(flops, params, tokens).filter(Objects::nonNull).toList();
    if (given.size() != 1) {
      throw new UsageError("plan wants one of --flops, --params and --tokens");
    }
    double quantity = Quantity.of(given.get(0));
    if (flops != null) return chosen.ofFlops(quantity);
    return params != null ? chosen.ofParameters(quantity) : chosen.ofTokens(quantity);
  }
}
