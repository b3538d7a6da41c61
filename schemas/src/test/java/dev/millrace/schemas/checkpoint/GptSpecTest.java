package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptSpecTest {
  private static final GptSpec SPEC = new GptSpec(97, 16, 32, 4, 2, 0.1, 3);

  /** As transformers 5.23.0 writes it, with the end that training gave it. */
  private static final String THEIRS =
      """
      {
        "afn": "gelu",
        "architectures": ["OpenAIGPTLMHeadModel"],
        "attn_pdrop": 0.1,
        "bos_token_id": 3,
        "dtype": "float32",
        "embd_pdrop": 0.1,
        "eos_token_id": 3,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-05,
        "model_type": "openai-gpt",
        "n_embd": 32,
        "n_head": 4,
        "n_layer": 2,
        "n_positions": 16,
        "resid_pdrop": 0.1,
        "tie_word_embeddings": true,
        "vocab_size": 97
      }
      """;

  @Test
  void readsOneOfTheirs() {
    assertEquals(SPEC, ModelSpec.fromConfigJson(THEIRS));
  }

  @Test
  void takesTheRateOfResidualBranchesAmongSeveral() {
    String text = THEIRS.replace("\"attn_pdrop\": 0.1", "\"attn_pdrop\": 0.0");
    assertEquals(SPEC, ModelSpec.fromConfigJson(text));
  }

  @Test
  void readsBackWhatItWrites() {
    GptSpec spec = new GptSpec(8192, 512, 384, 6, 6, 0, 8191, 1e-6);
    assertEquals(spec, ModelSpec.fromConfigJson(spec.toConfigJson()));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"afn\": \"gelu\"', '\"afn\": \"relu\"'",
    "'\"tie_word_embeddings\": true', '\"tie_word_embeddings\": false'"
  })
  void refusesAVariantThatWouldComputeSomethingElse(String supported, String variant) {
    String problem = refusal(THEIRS.replace(supported, variant));
    assertTrue(problem.contains(variant.substring(1, variant.indexOf('"', 1))), problem);
    assertTrue(problem.contains("not supported"), problem);
  }

  @Test
  void namesTheEndOfTextThatTheReleaseLacks() {
    assertEquals(
        "config.json: eos_token_id is missing",
        refusal(THEIRS.replace("\"eos_token_id\": 3,", "")));
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ModelSpec.fromConfigJson(text))
        .getMessage();
  }
}
