package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small batch and what the trainer computed for it in fp32 from the weights of the same
 * checkpoint: {@code probe.json}. Whoever exports those weights must find the same.
 *
 * @param objective {@code causal}, {@code masked} or {@code denoising}
 * @param inputs token ids, rows of equal length
 * @param labels the token to predict at each place, {@link #IGNORED} where none counts; of a causal
 *     model the token that follows each of the inputs, of an encoder and a decoder those of the
 *     decoder
 * @param nll nats per token, 0 where the label is ignored; shaped as labels
 * @param further what the model is fed with beside these, under the names that Hugging Face gives
 *     its inputs ({@code attention_mask}); a row may be a single value. Nothing for causal models
 * @param headNll of models with further heads ({@code nsp}), nats by the head's name, shaped as its
 *     targets, which are among {@code further}; nothing in probes of programs that wrote none
 */
public record Probe(
    String objective,
    List<List<Integer>> inputs,
    List<List<Integer>> labels,
    List<List<Float>> nll,
    Map<String, List<List<Integer>>> further,
    Map<String, List<List<Float>>> headNll) {
  /** A label that does not count. */
  public static final int IGNORED = -100;

  private static final String CAUSAL = "causal";

  /** Of a causal model. */
  public Probe(List<List<Integer>> inputs, List<List<Integer>> labels, List<List<Float>> nll) {
    this(CAUSAL, inputs, labels, nll, Map.of(), Map.of());
  }

  public Probe {
    inputs = inputs.stream().map(List::copyOf).toList();
    labels = labels.stream().map(List::copyOf).toList();
    nll = nll.stream().map(List::copyOf).toList();
    further = copied(further);
    headNll = copied(headNll);
    if (!lengths(labels).equals(lengths(nll))
        || (objective.equals(CAUSAL) && !lengths(inputs).equals(lengths(labels)))) {
      throw new IllegalArgumentException("inputs, labels and nll differ in shape");
    }
    int rows = inputs.size();
    if (!areRows(inputs, rows)
        || !areRows(labels, rows)
        || !further.values().stream().allMatch(more -> areRows(more, rows))
        || !headNll.values().stream().allMatch(more -> areRows(more, rows))) {
      throw new IllegalArgumentException("no rows of equal length");
    }
  }

  private static <T> Map<String, List<List<T>>> copied(Map<String, List<List<T>>> all) {
    Map<String, List<List<T>>> copies = new TreeMap<>();
    all.forEach((name, rows) -> copies.put(name, rows.stream().map(List::copyOf).toList()));
    return Collections.unmodifiableMap(copies);
  }

  private static <T> boolean areRows(List<List<T>> rows, int count) {
    return rows.size() == count && lengths(rows).stream().distinct().count() == 1;
  }

  private static <T> List<Integer> lengths(List<List<T>> rows) {
    return rows.stream().map(List::size).toList();
  }

  /**
   * Reads a probe.
   *
   * @throws DamagedCheckpointException naming file and field
   */
  public static Probe read(Path file) throws IOException {
    JsonFile json = JsonFile.read(file);
    try {
      return new Probe(
          json.root().has("objective") ? json.text("objective") : CAUSAL,
          wholeNumbers(json, "inputs"),
          wholeNumbers(json, "labels"),
          numbers(json, "nll"),
          byName(json, "further", Probe::wholeNumbers),
          byName(json, "headNll", Probe::numbers));
    } catch (IllegalArgumentException e) {
      throw new DamagedCheckpointException(file, e.getMessage(), e);
    }
  }

  /** Writes a new file and forces it to the disk. */
  public void write(Path file) throws IOException {
    ObjectNode json = JsonFile.JSON.createObjectNode();
    if (!objective.equals(CAUSAL)) json.put("objective", objective);
    put(json, "inputs", inputs);
    put(json, "labels", labels);
    putNumbers(json, "nll", nll);
    if (!further.isEmpty()) {
      ObjectNode more = json.putObject("further");
      further.forEach((name, rows) -> put(more, name, rows));
    }
    if (!headNll.isEmpty()) {
      ObjectNode more = json.putObject("headNll");
      headNll.forEach((name, rows) -> putNumbers(more, name, rows));
    }
    JsonFile.write(file, json);
  }

  private static void put(ObjectNode json, String field, List<List<Integer>> rows) {
    ArrayNode all = json.putArray(field);
    rows.forEach(row -> row.forEach(all.addArray()::add));
  }

  private static void putNumbers(ObjectNode json, String field, List<List<Float>> rows) {
    ArrayNode all = json.putArray(field);
    rows.forEach(row -> row.forEach(all.addArray()::add));
  }

  private interface Rows<T> {
    List<List<T>> of(JsonFile json, String field) throws IOException;
  }

  private static <T> Map<String, List<List<T>>> byName(JsonFile json, String field, Rows<T> rows)
      throws IOException {
    Map<String, List<List<T>>> all = new TreeMap<>();
    JsonFile more = new JsonFile(json.file(), json.root().path(field));
    for (Map.Entry<String, JsonNode> one : more.root().properties()) {
      all.put(one.getKey(), rows.of(more, one.getKey()));
    }
    return all;
  }

  private static List<List<Integer>> wholeNumbers(JsonFile json, String field) throws IOException {
    List<List<Integer>> rows = new ArrayList<>();
    for (JsonNode row : json.list(field)) {
      List<Integer> numbers = new ArrayList<>();
      for (JsonNode number : row) {
        if (!number.canConvertToInt()) throw json.wrong(field, "rows of whole numbers");
        numbers.add(number.intValue());
      }
      rows.add(numbers);
    }
    return rows;
  }

  private static List<List<Float>> numbers(JsonFile json, String field) throws IOException {
    List<List<Float>> rows = new ArrayList<>();
    for (JsonNode row : json.list(field)) {
      List<Float> numbers = new ArrayList<>();
      for (JsonNode number : row) {
        if (!number.isNumber()) throw json.wrong(field, "rows of numbers");
        numbers.add(number.floatValue());
      }
      rows.add(numbers);
    }
    return rows;
  }
}
