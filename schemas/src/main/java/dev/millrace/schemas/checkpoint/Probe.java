package dev.millrace.schemas.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small batch and what the trainer computed for it in fp32 from the weights of the same
 * checkpoint: {@code probe.json}. Whoever exports those weights must find the same.
 *
 * @param inputs token ids, rows of equal length
 * @param labels the token that follows each, {@link #IGNORED} where none counts; shaped as inputs
 * @param nll nats per token, 0 where the label is ignored; shaped as inputs
 */
public record Probe(List<List<Integer>> inputs, List<List<Integer>> labels, List<List<Float>> nll) {
  /** A label that does not count. */
  public static final int IGNORED = -100;

  public Probe {
    inputs = inputs.stream().map(List::copyOf).toList();
    labels = labels.stream().map(List::copyOf).toList();
    nll = nll.stream().map(List::copyOf).toList();
    if (!lengths(inputs).equals(lengths(labels)) || !lengths(inputs).equals(lengths(nll))) {
      throw new IllegalArgumentException("inputs, labels and nll differ in shape");
    }
    if (inputs.isEmpty() || lengths(inputs).stream().distinct().count() != 1) {
      throw new IllegalArgumentException("no rows of equal length");
    }
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
          wholeNumbers(json, "inputs"), wholeNumbers(json, "labels"), numbers(json, "nll"));
    } catch (IllegalArgumentException e) {
      throw new DamagedCheckpointException(file, e.getMessage(), e);
    }
  }

  /** Writes a new file and forces it to the disk. */
  public void write(Path file) throws IOException {
    ObjectNode json = JsonFile.JSON.createObjectNode();
    ArrayNode rows = json.putArray("inputs");
    inputs.forEach(row -> row.forEach(rows.addArray()::add));
    ArrayNode labelRows = json.putArray("labels");
    labels.forEach(row -> row.forEach(labelRows.addArray()::add));
    ArrayNode nllRows = json.putArray("nll");
    nll.forEach(row -> row.forEach(nllRows.addArray()::add));
    JsonFile.write(file, json);
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
