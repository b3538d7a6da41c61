package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The training steps of a run, column by column, in memory that is bounded: at its limit every
 * second step is forgotten, and from then on only every second one is taken, and so on. A resumed
 * run repeats steps; what it repeats takes the place of what was there.
 *
 * <p>Not for use by two threads at once.
 */
final class Steps {
  /** Columns by their names in {@code training.progress}. */
  private static final List<String> NAMES =
      List.of(
          "step",
          "tokens",
          "loss",
          "gradientNorm",
          "learningRate",
          "tokensPerSecond",
          "dataWaitSeconds",
          "nextOrdinal");

  private final int rowsMax;
  private final List<Row> rows = new ArrayList<>();
  private long takeEvery = 1;
  private int generation;

  Steps(int rowsMax) {
    if (rowsMax < 2) throw new IllegalArgumentException("rowsMax must be at least 2: " + rowsMax);
    this.rowsMax = rowsMax;
  }

  void add(TrainingProgress step) {
    boolean repeated = false;
    while (!rows.isEmpty() && rows.get(rows.size() - 1).step() >= step.getStep()) {
      rows.remove(rows.size() - 1);
      repeated = true;
    }
    if (repeated) generation++;
    if (step.getStep() % takeEvery != 0) return;
    rows.add(Row.of(step));
    if (rows.size() >= rowsMax) thin();
  }

  private void thin() {
    takeEvery *= 2;
    rows.removeIf(row -> row.step() % takeEvery != 0);
    generation++;
  }

  int size() {
    return rows.size();
  }

  /** Grows when rows that were there before are no longer what they were. */
  int generation() {
    return generation;
  }

  /** One step by itself, whether or not it is kept. */
  static ObjectNode alone(TrainingProgress step) {
    ObjectNode node = Json.object();
    double[] values = Row.of(step).values();
    for (int i = 0; i < values.length; i++) node.set(NAMES.get(i), Json.number(values[i]));
    return node;
  }

  /** The rows from a place on, as one array a column; what is not a number is null. */
  ObjectNode from(int first) {
    List<Row> last = rows.subList(first, rows.size());
    ObjectNode columns = Json.object();
    for (int i = 0; i < NAMES.size(); i++) {
      int at = i;
      columns.set(NAMES.get(i), column(last, row -> row.values()[at]));
    }
    byDomain(columns.putObject("domainLoss"), last, Row::loss);
    byDomain(columns.putObject("domainTokens"), last, Row::tokens);
    return columns;
  }

  private static ArrayNode column(List<Row> rows, ToDoubleFunction<Row> value) {
    ArrayNode column = Json.array();
    for (Row row : rows) column.add(Json.number(value.applyAsDouble(row)));
    return column;
  }

  private static void byDomain(
      ObjectNode node, List<Row> rows, Function<Row, Map<String, Double>> values) {
    rows.stream()
        .flatMap(row -> values.apply(row).keySet().stream())
        .distinct()
        .sorted()
        .forEach(
            domain ->
                node.set(
                    domain,
                    column(rows, row -> values.apply(row).getOrDefault(domain, Double.NaN))));
  }

  /**
   * What is kept of a step. One that changed nothing has no loss, norm or rate to show.
   *
   * @param values in the order of {@link #NAMES}
   * @param loss by domain
   * @param tokens by domain
   */
  private record Row(
      long step, double[] values, Map<String, Double> loss, Map<String, Double> tokens) {
    static Row of(TrainingProgress step) {
      boolean trained = step.getSkipped() == null;
      double[] values = {
        step.getStep(),
        step.getTokens(),
        trained ? step.getLoss() : Double.NaN,
        trained ? step.getGradientNorm() : Double.NaN,
        trained ? step.getLearningRate() : Double.NaN,
        step.getTokensPerSecond(),
        step.getDataWaitSeconds(),
        step.getNextOrdinal()
      };
      return new Row(
          step.getStep(),
          values,
          trained ? doubles(step.getDomainLoss()) : Map.of(),
          trained ? doubles(step.getDomainTokens()) : Map.of());
    }

    private static Map<String, Double> doubles(Map<String, ? extends Number> numbers) {
      return numbers.entrySet().stream()
          .collect(
              Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().doubleValue()));
    }
  }
}
