package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schemas.checkpoint.ModelSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the architecture is Llama, and not merely the same mistake in every interpreter. */
class LlamaGoldenTest {
  /** Both sides compute in doubles, but transformers finds rotary angles in floats. */
  private static final double DELTA = 2e-6;

  private Golden golden;

  @BeforeEach
  void read() throws Exception {
    golden = Golden.read("llama");
  }

  @Test
  void tokenNllEqualsTransformersWithEveryKindOfRotaryScaling() throws Exception {
    assertEquals(5, golden.numbers().get("ropes").size());
    for (JsonNode rope : golden.numbers().get("ropes")) {
      ModelSpec spec = with("rope_parameters", rope.get("ropeParameters"));
      assertArrayEquals(
          Golden.doubles(rope.get("nll")), nll(spec), DELTA, rope.get("name").asText());
    }
  }

  @Test
  void logitsEqualTransformers() {
    golden.assertLastLogits(DELTA * 10);
  }

  @Test
  void theEmbeddingMayBeTheOutputMatrix() throws Exception {
    ModelSpec tied = with("tie_word_embeddings", new ObjectMapper().valueToTree(true));
    assertArrayEquals(golden.doubles("nllTied"), nll(tied), DELTA);
  }

  private double[] nll(ModelSpec spec) {
    return Reference.nll(Architectures.of(spec), golden.weights(), golden.batch(), golden.rows());
  }

  private ModelSpec with(String key, JsonNode value) throws Exception {
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(golden.spec().toConfigJson());
    config.remove("rope_scaling"); // The older form, which would win.
    return ModelSpec.fromConfigJson(config.set(key, value).toString());
  }
}
