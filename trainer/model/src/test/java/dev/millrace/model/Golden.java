package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What Hugging Face's transformers saved and computed: see src/test/python/FAMILY_golden.py. */
record Golden(ModelSpec spec, WeightSource weights, JsonNode numbers) {

  static Golden read(String family) throws IOException, URISyntaxException {
    Path directory =
        Path.of(Golden.class.getResource(family + "-golden/golden.json").toURI()).getParent();
    Safetensors tensors = Safetensors.open(directory.resolve("model.safetensors"));
    return new Golden(
        ModelSpec.fromConfigJson(Files.readString(directory.resolve("config.json"))),
        tensors::chunks,
        new ObjectMapper().readTree(directory.resolve("golden.json").toFile()));
  }

  int rows() {
    return numbers.get("rows").intValue();
  }

  Map<Input, long[]> batch() {
    Map<Input, long[]> batch = new EnumMap<>(Input.class);
    if (numbers.has("inputs")) {
      for (Input input : Input.values()) {
        JsonNode given = numbers.get("inputs").get(input.name().toLowerCase(Locale.ROOT));
        if (given != null) batch.put(input, integers(given));
      }
      return batch;
    }
    batch.put(Input.INPUT_IDS, integers("inputIds"));
    batch.put(Input.LABELS, integers("labels"));
    if (numbers.has("segments")) batch.put(Input.SEGMENT_IDS, integers("segments"));
    return batch;
  }

  long[] integers(String name) {
    return integers(numbers.get(name));
  }

  private static long[] integers(JsonNode list) {
    return elements(list).mapToLong(JsonNode::longValue).toArray();
  }

  double[] doubles(String name) {
    return doubles(numbers.get(name));
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  /** The logits of the last place of each row. */
  void assertLastLogits(double delta) {
    double[] logits = Reference.logits(Architectures.of(spec), weights, batch(), rows());
    double[] expected = doubles("lastLogits");
    int vocabulary = spec.vocabularySize();
    int perRow = logits.length / rows();
    for (int row = 0; row < rows(); row++) {
      int end = (row + 1) * perRow;
      assertArrayEquals(
          Arrays.copyOfRange(expected, row * vocabulary, (row + 1) * vocabulary),
          Arrays.copyOfRange(logits, end - vocabulary, end),
          delta);
    }
  }

  static double[] doubles(JsonNode list) {
    return elements(list).mapToDouble(JsonNode::doubleValue).toArray();
  }
}
