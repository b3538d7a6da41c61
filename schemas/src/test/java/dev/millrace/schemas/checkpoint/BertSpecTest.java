package dev.millrace.schemas.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BertSpecTest {
  private static final BertSpec SPEC = new BertSpec(61, 16, 24, 40, 4, 2, 2, 0.1, 3, 1e-12);

  /** As transformers 5.23.0 writes it. */
  private static final String THEIRS =
      """
      {
        "add_cross_attention": false,
        "architectures": ["BertForPreTraining"],
        "attention_probs_dropout_prob": 0.1,
        "bos_token_id": null,
        "classifier_dropout": null,
        "dtype": "float32",
        "eos_token_id": null,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": 24,
        "initializer_range": 0.02,
        "intermediate_size": 40,
        "is_decoder": false,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": 16,
        "model_type": "bert",
        "num_attention_heads": 4,
        "num_hidden_layers": 2,
        "pad_token_id": 3,
        "tie_word_embeddings": true,
        "type_vocab_size": 2,
        "vocab_size": 61
      }
      """;

  @Test
  void readsOneOfTheirs() {
    assertEquals(SPEC, ModelSpec.fromConfigJson(THEIRS));
  }

  @Test
  void takesTheRateOfResidualBranchesAmongSeveral() {
    String rate = "\"attention_probs_dropout_prob\": ";
    assertEquals(SPEC, ModelSpec.fromConfigJson(THEIRS.replace(rate + 0.1, rate + 0.2)));
  }

  @Test
  void readsBackWhatItWrites() {
    BertSpec spec = new BertSpec(30522, 512, 768, 3072, 12, 12, 4, 0, 0, 1e-6);
    assertEquals(spec, ModelSpec.fromConfigJson(spec.toConfigJson()));
  }

  @Test
  void writesNoTextsAndSoSaysNothingOfThem() {
    assertTrue(SPEC.toGenerationConfigJson().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"hidden_act\": \"gelu\"', '\"hidden_act\": \"gelu_new\"'",
    "'\"is_decoder\": false', '\"is_decoder\": true'",
    "'\"add_cross_attention\": false', '\"add_cross_attention\": true'",
    "'\"tie_word_embeddings\": true', '\"tie_word_embeddings\": false'",
    "'\"dtype\": \"float32\"', '\"position_embedding_type\": \"relative_key\"'"
  })
  void refusesAVariantThatWouldComputeSomethingElse(String supported, String variant) {
    String problem = refusal(THEIRS.replace(supported, variant));
    String key = variant.substring(1, variant.indexOf('"', 1));
    assertTrue(problem.startsWith("config.json: " + key), problem);
    assertTrue(problem.contains("not supported"), problem);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"num_attention_heads\": 4', '\"num_attention_heads\": 5', width must be a multiple of heads",
    "'\"pad_token_id\": 3', '\"pad_token_id\": 61', padding must be a token of the vocabulary: 61",
    "'\"intermediate_size\": 40', '\"intermediate_size\": 0', innerWidth must be at least 1: 0"
  })
  void namesASettingThatIsOutOfBounds(String good, String bad, String problem) {
    assertTrue(refusal(THEIRS.replace(good, bad)).startsWith(problem), problem);
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ModelSpec.fromConfigJson(text))
        .getMessage();
  }
}
