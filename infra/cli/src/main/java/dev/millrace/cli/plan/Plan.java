package dev.millrace.cli.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What to train, on how much, for how long.
 *
 * @param model of about that size, where there is one
 * @param count of GPUs, which are taken to share the work without loss
 * @param mfu model FLOPs utilisation, 0 to 1
 * @param price of a GPU for an hour, in any currency
 */
record Plan(
    Fit fit,
    Budget budget,
    Optional<PlannedModel> model,
    Gpu gpu,
    int count,
    double mfu,
    OptionalDouble price) {
  private static final double SECONDS_AN_HOUR = 3600;
  private static final double HOURS_A_DAY = 24;

  Plan {
    if (count < 1) throw new IllegalArgumentException("--count must be at least 1: " + count);
    if (!(mfu > 0 && mfu <= 1)) {
      throw new IllegalArgumentException("--mfu must be more than 0 and at most 1: " + mfu);
    }
    if (price.isPresent() && !(price.getAsDouble() >= 0)) {
      throw new IllegalArgumentException("--price must not be negative: " + price.getAsDouble());
    }
  }

  double gpuHours() {
    return budget.flops() / (gpu.teraflops() * 1e12 * mfu) / SECONDS_AN_HOUR;
  }

  double days() {
    return gpuHours() / count / HOURS_A_DAY;
  }

  OptionalDouble cost() {
    return price.isPresent()
        ? OptionalDouble.of(price.getAsDouble() * gpuHours())
        : OptionalDouble.empty();
  }

  /** For programs. */
  ObjectNode json() {
    double loss = fit.loss(budget);
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("fit", fit.word())
            .put("flops", budget.flops())
            .put("parameters", budget.parameters())
            .put("tokens", budget.tokens())
            .put("tokensPerParameter", budget.tokensPerParameter())
            .put("loss", loss)
            .put("perplexity", Math.exp(loss));
    model.ifPresent(planned -> json.set("model", json(planned)));
    json.put("gpu", gpu.word())
        .put("teraflops", gpu.teraflops())
        .put("count", count)
        .put("mfu", mfu)
        .put("gpuHours", gpuHours())
        .put("days", days());
    cost().ifPresent(cost -> json.put("cost", cost));
    return json;
  }

  private static ObjectNode json(PlannedModel model) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    model.section().forEach(json::putPOJO);
    return json.put("vocabularySize", model.spec().vocabularySize())
        .put("parameters", model.parameters());
  }

  /** For people. */
  String table() {
    double loss = fit.loss(budget);
    StringBuilder table = new StringBuilder();
    line(table, "fit", fit.word());
    line(table, "compute", "%.3g FLOPs", budget.flops());
    line(table, "parameters", brief(budget.parameters()));
    line(
        table,
        "tokens",
        "%s, %.1f a parameter",
        brief(budget.tokens()),
        budget.tokensPerParameter());
    line(table, "loss", "%.3f nats a token, perplexity %.2f", loss, Math.exp(loss));
    line(
        table,
        "time",
        "%,.1f days on %d x %s at %.0f %% MFU, %,.0f GPU-hours",
        days(),
        count,
        gpu.word(),
        100 * mfu,
        gpuHours());
    cost().ifPresent(cost -> line(table, "cost", "%,.0f", cost));
    line(table, "model", model.map(Plan::described).orElse("none is as small or as large"));
    model.ifPresent(planned -> table.append("\nmodel:\n").append(yaml(planned)));
    return table.toString();
  }

  private static String described(PlannedModel model) {
    return "%s parameters with a vocabulary of %,d"
        .formatted(brief((double) model.parameters()), model.spec().vocabularySize());
  }

  private static String yaml(PlannedModel model) {
    return model.section().entrySet().stream()
        .map(setting -> "  %s: %s\n".formatted(setting.getKey(), setting.getValue()))
        .collect(Collectors.joining());
  }

  private static void line(StringBuilder table, String name, String format, Object... values) {
    table.append(
        String.format(Locale.ROOT, "%-12s%s%n", name, String.format(Locale.ROOT, format, values)));
  }

  private static String brief(double number) {
    String[] units = {"", " k", " M", " B", " T"};
    int unit = 0;
    double value = number;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.3g%s", value, units[unit]);
  }
}
