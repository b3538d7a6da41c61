package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BartSpecTest {
  private static final BartSpec SPEC =
      new BartSpec(
          61, 16, 24, new BartSpec.Side(2, 4, 40), new BartSpec.Side(1, 3, 32), 0.1, 0, 1, 2, 2);

  /** As transformers 5.23.0 writes it, and with what older ones added. */
  private static final String THEIRS =
      """
      {
        "activation_dropout": 0.1,
        "activation_function": "gelu",
        "add_final_layer_norm": false,
        "architectures": ["BartForConditionalGeneration"],
        "attention_dropout": 0.1,
        "bos_token_id": 0,
        "d_model": 24,
        "decoder_attention_heads": 3,
        "decoder_ffn_dim": 32,
        "decoder_layerdrop": 0.0,
        "decoder_layers": 1,
        "decoder_start_token_id": 2,
        "dropout": 0.1,
        "encoder_attention_heads": 4,
        "encoder_ffn_dim": 40,
        "encoder_layerdrop": 0.0,
        "encoder_layers": 2,
        "eos_token_id": 2,
        "init_std": 0.02,
        "is_encoder_decoder": true,
        "max_position_embeddings": 16,
        "model_type": "bart",
        "normalize_before": false,
        "normalize_embedding": true,
        "pad_token_id": 1,
        "scale_embedding": false,
        "tie_word_embeddings": true,
        "vocab_size": 61
      }
      """;

  @Test
  void readsOneOfTheirs() {
    assertEquals(SPEC, ModelSpec.fromConfigJson(THEIRS));
  }

  /** What {@code BartConfig} leaves them at, unless it is told. */
  @Test
  void takesTheRateOfResidualBranchesAmongSeveral() {
    String defaults =
        THEIRS
            .replace("\"activation_dropout\": 0.1", "\"activation_dropout\": 0.0")
            .replace("\"attention_dropout\": 0.1", "\"attention_dropout\": 0.0");
    assertEquals(SPEC, ModelSpec.fromConfigJson(defaults));
    assertEquals(
        SPEC, ModelSpec.fromConfigJson(defaults.replace("layerdrop\": 0.0", "layerdrop\": 0.1")));
  }

  @Test
  void readsBackWhatItWrites() {
    BartSpec.Side side = new BartSpec.Side(6, 12, 3072);
    BartSpec spec = new BartSpec(50265, 1024, 768, side, side, 0, 4, 3, 6, 5);
    assertEquals(spec, ModelSpec.fromConfigJson(spec.toConfigJson()));
  }

  @Test
  void saysHowTextsBeginAndEnd() {
    String text = SPEC.toGenerationConfigJson().orElseThrow();
    assertTrue(text.contains("\"decoder_start_token_id\" : 2"), text);
    assertTrue(text.contains("\"pad_token_id\" : 1"), text);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"activation_function\": \"gelu\"', '\"activation_function\": \"relu\"'",
    "'\"add_final_layer_norm\": false', '\"add_final_layer_norm\": true'",
    "'\"normalize_before\": false', '\"normalize_before\": true'",
    "'\"normalize_embedding\": true', '\"normalize_embedding\": false'",
    "'\"scale_embedding\": false', '\"scale_embedding\": true'",
    "'\"tie_word_embeddings\": true', '\"tie_word_embeddings\": false'"
  })
  void refusesAVariantThatWouldComputeSomethingElse(String supported, String variant) {
    String problem = refusal(THEIRS.replace(supported, variant));
    String key = variant.substring(1, variant.indexOf('"', 1));
    assertTrue(problem.startsWith("config.json: " + key), problem);
    assertTrue(problem.contains("not supported"), problem);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"decoder_attention_heads\": 3', '\"decoder_attention_heads\": 5', width must be a multiple",
    "'\"decoder_start_token_id\": 2', '\"decoder_start_token_id\": 61', decoderStart must be a",
    "'\"encoder_ffn_dim\": 40', '\"encoder_ffn_dim\": 0', innerWidth must be at least 1: 0"
  })
  void namesASettingThatIsOutOfBounds(String good, String bad, String problem) {
    assertTrue(refusal(THEIRS.replace(good, bad)).startsWith(problem), problem);
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ModelSpec.fromConfigJson(text))
        .getMessage();
  }
}
