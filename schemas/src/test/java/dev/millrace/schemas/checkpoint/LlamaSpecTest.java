package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaSpecTest {
  private static final LlamaSpec SPEC =
      new LlamaSpec(
          61,
          256,
          24,
          40,
          4,
          2,
          6,
          3,
          new Rope(500_000, new Rope.Llama3(8, 1, 4, 32)),
          true,
          0.1,
          1,
          2,
          1e-5);

  /** As transformers 5.23.0 writes it. */
  private static final String THEIRS =
      """
      {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": false,
        "attention_dropout": 0.1,
        "bos_token_id": 1,
        "dtype": "float32",
        "eos_token_id": [2, 5, 7],
        "head_dim": 6,
        "hidden_act": "silu",
        "hidden_size": 24,
        "initializer_range": 0.02,
        "intermediate_size": 40,
        "max_position_embeddings": 256,
        "mlp_bias": false,
        "model_type": "llama",
        "num_attention_heads": 4,
        "num_hidden_layers": 3,
        "num_key_value_heads": 2,
        "pretraining_tp": 1,
        "rms_norm_eps": 1e-05,
        "rope_parameters": {
          "factor": 8.0,
          "high_freq_factor": 4.0,
          "low_freq_factor": 1.0,
          "original_max_position_embeddings": 32,
          "rope_theta": 500000.0,
          "rope_type": "llama3"
        },
        "tie_word_embeddings": true,
        "vocab_size": 61
      }
      """;

  /** As releases of the time of transformers 4 have it. */
  private static final String OLDER =
      """
      {
        "bos_token_id": 1, "eos_token_id": 2, "hidden_size": 24, "intermediate_size": 40,
        "max_position_embeddings": 256, "model_type": "llama", "num_attention_heads": 4,
        "num_hidden_layers": 3, "rope_scaling": {"type": "linear", "factor": 2.0},
        "rope_theta": 1e6, "vocab_size": 61
      }
      """;

  @Test
  void readsOneOfTheirs() {
    assertEquals(SPEC, ModelSpec.fromConfigJson(THEIRS));
  }

  @Test
  void readsOlderOnesAndTakesLlamasOwnValuesForWhatIsLeftOut() {
    assertEquals(
        new LlamaSpec(
            61, 256, 24, 40, 4, 4, 6, 3, new Rope(1e6, new Rope.Linear(2)), false, 0, 1, 2, 1e-6),
        ModelSpec.fromConfigJson(OLDER));
  }

  @Test
  void writesBothFormsOfRotaryParameters() {
    String text = SPEC.toConfigJson();
    assertTrue(text.contains("\"rope_theta\" : 500000.0"), text);
    assertTrue(text.contains("\"rope_scaling\" : {"), text);
    assertTrue(text.contains("\"rope_parameters\" : {"), text);
    assertTrue(text.contains("\"architectures\" : [ \"LlamaForCausalLM\" ]"), text);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"rope_type\": \"default\"'",
    "'\"rope_type\": \"linear\", \"factor\": 3.5'",
    "'\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4'",
    "'\"rope_type\": \"yarn\", \"factor\": 4, \"beta_fast\": 16, \"truncate\": false'",
    "'\"rope_type\": \"yarn\", \"factor\": 40, \"mscale\": 0.7, \"mscale_all_dim\": 1.0'"
  })
  void readsBackWhatItWritesWithEveryKindOfScaling(String parameters) {
    String text = OLDER.replace("\"type\": \"linear\", \"factor\": 2.0", parameters);
    ModelSpec spec = ModelSpec.fromConfigJson(text);
    assertEquals(spec, ModelSpec.fromConfigJson(spec.toConfigJson()));
  }

  @Test
  void refusesScalingThatChangesWithTheSequence() {
    String text = OLDER.replace("linear", "dynamic");
    assertEquals(
        "config.json: rope_type \"dynamic\" is not supported: its frequencies change with the"
            + " length of each sequence, and one graph has but one set"
            + " (supported: default, linear, llama3, yarn)",
        refusal(text));
    assertEquals(
        "config.json: rope_type \"longrope\" is not supported"
            + " (supported: default, linear, llama3, yarn)",
        refusal(OLDER.replace("linear", "longrope")));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"hidden_act\": \"silu\"', '\"hidden_act\": \"gelu\"'",
    "'\"attention_bias\": false', '\"attention_bias\": true'",
    "'\"mlp_bias\": false', '\"mlp_bias\": true'",
    "'\"rope_type\": \"llama3\"', '\"partial_rotary_factor\": 0.5, \"rope_type\": \"llama3\"'"
  })
  void refusesAVariantThatWouldComputeSomethingElse(String supported, String variant) {
    String text = THEIRS.replace(supported, variant);
    String key = variant.substring(1, variant.indexOf('"', 1));
    assertTrue(refusal(text).startsWith("config.json: " + key), refusal(text));
    assertTrue(refusal(text).contains("not supported"), refusal(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"num_key_value_heads\": 2', '\"num_key_value_heads\": 3', heads must be a multiple of",
    "'\"head_dim\": 6', '\"head_dim\": 5', 'headWidth must be even'",
    "'\"bos_token_id\": 1', '\"bos_token_id\": 61', beginOfText must be a token",
    "'\"factor\": 8.0', '\"factor\": 0.5', factor must be at least 1: 0.5",
    "'\"factor\": 8.0', '\"other\": 8.0', 'config.json: factor is missing'",
    "'\"high_freq_factor\": 4.0', '\"high_freq_factor\": 1.0', high_freq_factor must be more than",
    "'\"rms_norm_eps\": 1e-05', '\"rms_norm_eps\": 0', rmsNormEpsilon must be positive",
    "'\"rope_theta\": 500000.0', '\"rope_theta\": 1', rope_theta must be more than 1",
    "'\"num_attention_heads\": 4', '\"num_attention_heads\": 0', heads must be at least 1: 0"
  })
  void namesASettingThatIsOutOfBounds(String good, String bad, String problem) {
    String text = THEIRS.replace(good, bad);
    assertTrue(!text.equals(THEIRS), "nothing replaced");
    assertTrue(refusal(text).startsWith(problem), refusal(text));
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ModelSpec.fromConfigJson(text))
        .getMessage();
  }
}
