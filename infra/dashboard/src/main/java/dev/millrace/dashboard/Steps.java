package dev.millrace.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.TrainingProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The training steps of a run, column by column, in memory that is bounded: at its limit every
 * second step is forgotten, and from then on only every second one is taken, and so on. A resumed
 * run repeats steps; what it repeats takes the place of what was there.
 *
 * <p>Not for use by two threads at once.
 */
final class Steps {
  /** Columns by their names in {@code training.progress}. */
  private static final Map<String, ToDoubleFunction<TrainingProgress>> VALUES =
      Map.of(
          "step", TrainingProgress::getStep,
          "tokens", TrainingProgress::getTokens,
          "loss", TrainingProgress::getLoss,
          "gradientNorm", TrainingProgress::getGradientNorm,
          "learningRate", TrainingProgress::getLearningRate,
          "tokensPerSecond", TrainingProgress::getTokensPerSecond,
          "dataWaitSeconds", TrainingProgress::getDataWaitSeconds,
          "nextOrdinal", TrainingProgress::getNextOrdinal);

  private final int rowsMax;
  private final List<TrainingProgress> rows = new ArrayList<>();
  private long takeEvery = 1;
  private int generation;

  Steps(int rowsMax) {
    if (rowsMax < 2) throw new IllegalArgumentException("rowsMax must be at least 2: " + rowsMax);
    this.rowsMax = rowsMax;
  }

  void add(TrainingProgress step) {
    boolean repeated = false;
    while (!rows.isEmpty() && rows.get(rows.size() - 1).getStep() >= step.getStep()) {
      rows.remove(rows.size() - 1);
      repeated = true;
    }
    if (repeated) generation++;
    if (step.getStep() % takeEvery != 0) return;
    rows.add(step);
    if (rows.size() >= rowsMax) thin();
  }

  private void thin() {
    takeEvery *= 2;
    rows.removeIf(step -> step.getStep() % takeEvery != 0);
    generation++;
  }

  int size() {
    return rows.size();
  }

  /** Grows when rows that were there before are no longer what they were. */
  int generation() {
    return generation;
  }

  /** The rows from a place on, as one array a column; what is not a number is null. */
  ObjectNode from(int first) {
    List<TrainingProgress> last = rows.subList(first, rows.size());
    ObjectNode columns = Json.object();
    new TreeMap<>(VALUES).forEach((name, value) -> columns.set(name, column(last, value)));
    byDomain(columns.putObject("domainLoss"), last, TrainingProgress::getDomainLoss);
    byDomain(columns.putObject("domainTokens"), last, TrainingProgress::getDomainTokens);
    return columns;
  }

  private static ArrayNode column(
      List<TrainingProgress> rows, ToDoubleFunction<TrainingProgress> value) {
    ArrayNode column = Json.array();
    for (TrainingProgress row : rows) Json.add(column, value.applyAsDouble(row));
    return column;
  }

  private interface ByDomain {
    Map<String, ? extends Number> of(TrainingProgress row);
  }

  private static void byDomain(ObjectNode node, List<TrainingProgress> rows, ByDomain values) {
    rows.stream()
        .flatMap(row -> values.of(row).keySet().stream())
        .distinct()
        .sorted()
        .forEach(
            domain ->
                node.set(
                    domain,
                    column(
                        rows,
                        row -> {
                          Number value = values.of(row).get(domain);
                          return value == null ? Double.NaN : value.doubleValue();
                        })));
  }
}
