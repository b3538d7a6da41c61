package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSpecTest {
  private static final Gpt2Spec SPEC = new Gpt2Spec(97, 16, 32, 4, 2, 0.1, 3);

  /** As transformers 5.23.0 writes it. */
  private static final String THEIRS =
      """
      {
        "activation_function": "gelu_new",
        "add_cross_attention": false,
        "architectures": ["GPT2LMHeadModel"],
        "attn_pdrop": 0.1,
        "bos_token_id": 3,
        "dtype": "float32",
        "embd_pdrop": 0.1,
        "eos_token_id": 3,
        "initializer_range": 0.02,
        "layer_norm_epsilon": 1e-05,
        "model_type": "gpt2",
        "n_embd": 32,
        "n_head": 4,
        "n_inner": null,
        "n_layer": 2,
        "n_positions": 16,
        "pad_token_id": null,
        "reorder_and_upcast_attn": false,
        "resid_pdrop": 0.1,
        "scale_attn_by_inverse_layer_idx": false,
        "scale_attn_weights": true,
        "summary_first_dropout": 0.1,
        "summary_type": "cls_index",
        "tie_word_embeddings": true,
        "transformers_version": "5.23.0",
        "use_cache": true,
        "vocab_size": 97
      }
      """;

  @Test
  void writesWhatHuggingFaceReads() {
    assertEquals(
        """
        {
          "activation_function" : "gelu_new",
          "architectures" : [ "GPT2LMHeadModel" ],
          "attn_pdrop" : 0.1,
          "bos_token_id" : 3,
          "embd_pdrop" : 0.1,
          "eos_token_id" : 3,
          "initializer_range" : 0.02,
          "layer_norm_epsilon" : 1.0E-5,
          "model_type" : "gpt2",
          "n_embd" : 32,
          "n_head" : 4,
          "n_inner" : null,
          "n_layer" : 2,
          "n_positions" : 16,
          "resid_pdrop" : 0.1,
          "tie_word_embeddings" : true,
          "torch_dtype" : "float32",
          "vocab_size" : 97
        }
        """,
        SPEC.toConfigJson());
  }

  @Test
  void saysHowTextsBeginAndEnd() {
    assertEquals(
        """
        {
          "bos_token_id" : 3,
          "eos_token_id" : 3
        }
        """,
        SPEC.toGenerationConfigJson().orElseThrow());
  }

  @Test
  void readsBackWhatItWrites() {
    Gpt2Spec spec = new Gpt2Spec(8192, 256, 384, 6, 6, 0, 8191, 1e-6);
    assertEquals(spec, ModelSpec.fromConfigJson(spec.toConfigJson()));
  }

  @Test
  void readsOneOfTheirs() {
    assertEquals(SPEC, ModelSpec.fromConfigJson(THEIRS));
  }

  @Test
  void takesTheRateOfResidualBranchesAmongSeveral() {
    assertEquals(
        SPEC,
        ModelSpec.fromConfigJson(
            THEIRS
                .replace("\"attn_pdrop\": 0.1", "\"attn_pdrop\": 0.0")
                .replace("\"embd_pdrop\": 0.1", "\"embd_pdrop\": 0.2")));
  }

  /** As {@code GPT2Config(vocab_size=97)} has it. */
  @Test
  void anEndThatTheVocabularyHasNotIsTheTokenizers() {
    String text = THEIRS.replace("\"eos_token_id\": 3", "\"eos_token_id\": 50256");
    assertEquals(SPEC, ModelSpec.fromConfigJson(text).endingWith(3));
    assertEquals(SPEC, new Gpt2Spec(97, 16, 32, 4, 2, 0.1, 97).endingWith(3));
    assertEquals(SPEC, SPEC.endingWith(96));
  }

  @Test
  void takesGpt2sOwnValuesForWhatIsLeftOut() {
    ModelSpec spec =
        ModelSpec.fromConfigJson(
            """
            {"model_type": "gpt2", "vocab_size": 97, "n_positions": 16, "n_embd": 32, "n_head": 4,
             "n_layer": 2, "eos_token_id": 3}
            """);
    assertEquals(SPEC, spec);
  }

  @Test
  void refusesAnotherFamilyInOneLine() {
    assertEquals(
        "config.json: model_type \"mamba\" is not supported (supported: gpt2, openai-gpt, llama, bert, bart)",
        refusal("{\"model_type\": \"mamba\"}"));
  }

  @ParameterizedTest
  @CsvSource({
    "\"activation_function\": \"gelu_new\", \"activation_function\": \"relu\"",
    "\"n_inner\": null, \"n_inner\": 64",
    "\"tie_word_embeddings\": true, \"tie_word_embeddings\": false",
    "\"scale_attn_weights\": true, \"scale_attn_weights\": false",
    "\"scale_attn_by_inverse_layer_idx\": false, \"scale_attn_by_inverse_layer_idx\": true",
    "\"add_cross_attention\": false, \"add_cross_attention\": true"
  })
  void refusesAVariantThatWouldComputeSomethingElse(String supported, String variant) {
    String text = THEIRS.replace(supported, variant);
    assertTrue(!text.equals(THEIRS), "nothing replaced");
    String key = variant.substring(1, variant.indexOf('"', 1));
    assertTrue(refusal(text).contains(key), refusal(text));
    assertTrue(refusal(text).contains("not supported"), refusal(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"vocab_size", "n_positions", "n_embd", "n_head", "n_layer", "eos_token_id"})
  void namesASettingThatIsMissing(String key) {
    String text = THEIRS.replace("\"" + key + "\"", "\"other\"");
    assertEquals("config.json: " + key + " is missing", refusal(text));
  }

  @Test
  void namesASettingOfTheWrongType() {
    assertEquals(
        "config.json: n_layer must be a whole number: \"two\"",
        refusal(THEIRS.replace("\"n_layer\": 2", "\"n_layer\": \"two\"")));
    assertEquals(
        "config.json: n_layer must be a whole number: 2.5",
        refusal(THEIRS.replace("\"n_layer\": 2", "\"n_layer\": 2.5")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "7", "{\"model_type\": "})
  void refusesWhatIsNoJsonObject(String text) {
    assertTrue(refusal(text).startsWith("config.json: "), refusal(text));
  }

  @Test
  void refusesSettingsThatDoNotFitTogether() {
    assertEquals(
        "width must be a multiple of heads: 30 and 4",
        refusal(() -> new Gpt2Spec(97, 16, 30, 4, 2, 0, 0)));
    assertEquals(
        "endOfText must not be negative: -1", refusal(() -> new Gpt2Spec(97, 16, 32, 4, 2, 0, -1)));
    assertEquals(
        "dropout must be at least 0 and less than 1: 1.0",
        refusal(() -> new Gpt2Spec(97, 16, 32, 4, 2, 1, 0)));
    assertEquals(
        "layers must be at least 1: 0", refusal(() -> new Gpt2Spec(97, 16, 32, 4, 0, 0, 0)));
    assertEquals(
        "layerNormEpsilon must be positive: 0.0",
        refusal(() -> new Gpt2Spec(97, 16, 32, 4, 2, 0, 0, 0)));
  }

  private static String refusal(String text) {
    return refusal(() -> ModelSpec.fromConfigJson(text));
  }

  private static String refusal(Runnable attempt) {
    return assertThrows(IllegalArgumentException.class, attempt::run).getMessage();
  }
}
