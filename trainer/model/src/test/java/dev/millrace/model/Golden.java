package dev.millrace.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.checkpoint.ModelSpec;
import dev.millrace.schemas.checkpoint.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What Hugging Face's transformers saved and computed: see src/test/python/gpt2_golden.py. */
record Golden(ModelSpec spec, WeightSource weights, JsonNode numbers) {

  static Golden read() throws IOException, URISyntaxException {
    Path directory =
        Path.of(Golden.class.getResource("gpt2-golden/golden.json").toURI()).getParent();
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
    batch.put(Input.INPUT_IDS, integers("inputIds"));
    batch.put(Input.LABELS, integers("labels"));
    batch.put(Input.SEGMENT_IDS, integers("segments"));
    return batch;
  }

  long[] integers(String name) {
    return elements(name).mapToLong(JsonNode::longValue).toArray();
  }

  double[] doubles(String name) {
    return elements(name).mapToDouble(JsonNode::doubleValue).toArray();
  }

  private Stream<JsonNode> elements(String name) {
    return StreamSupport.stream(numbers.get(name).spliterator(), false);
  }
}
