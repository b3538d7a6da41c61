package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Graph.Axis;
import dev.millrace.model.Graph.Init;
import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.GptSpec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Rope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapesTest {
  private static final Gpt2Spec SMALL = new Gpt2Spec(50257, 1024, 768, 12, 12, 0.1, 50256);

  private static final Rope UNSCALED = new Rope(10_000, new Rope.Unscaled());

  /** As published with transformers: sums of the elements of the released checkpoints. */
  @ParameterizedTest
  @CsvSource({
    "GPT2, 124439808",
    "GPT2_MEDIUM, 354823168",
    "GPT2_LARGE, 774030080",
    "GPT2_XL, 1557611200"
  })
  void countsTheParametersOfTheReleasedSizes(Gpt2Size size, long parameters) {
    assertEquals(parameters, parameters(size));
  }

  /** Millions in table D.1 of Brown et al. 2020, which prints three or four digits. */
  @ParameterizedTest
  @CsvSource({
    "GPT3_SMALL, 125",
    "GPT3_MEDIUM, 356",
    "GPT3_LARGE, 760",
    "GPT3_XL, 1320",
    "GPT3_2_7B, 2650",
    "GPT3_6_7B, 6660",
    "GPT3_13B, 12850",
    "GPT3_175B, 174600"
  })
  void countsTheParametersOfGpt3sSizes(Gpt2Size size, double millions) {
    assertEquals(millions, parameters(size) / 1e6, 0.005 * millions);
  }

  private static long parameters(Gpt2Size size) {
    Gpt2Spec spec = size.spec(Gpt2Size.VOCABULARY_SIZE, 50256);
    return Shapes.of(Architectures.of(spec)).parameterCount();
  }

  /** That of openai-gpt: its matrices, 512 positions and 40,478 tokens. */
  @Test
  void countsTheParametersOfTheFirstGpt() {
    GptSpec spec = new GptSpec(40478, 512, 768, 12, 12, 0.1, 0);
    assertEquals(116_534_784, Shapes.of(Architectures.of(spec)).parameterCount());
  }

  /** As the index files of the released checkpoints add up. */
  @ParameterizedTest
  @CsvSource({
    "32000, 4096, 11008, 32, 32, 32, false, 6738415616", // Llama 2 7B
    "128256, 4096, 14336, 32, 8, 32, false, 8030261248", // Llama 3 8B
    "128256, 8192, 28672, 64, 8, 80, false, 70553706496", // Llama 3 70B
    "128256, 2048, 8192, 32, 8, 16, true, 1235814400" // Llama 3.2 1B
  })
  void countsTheParametersOfLlamasReleasedSizes(
      int vocabulary,
      int width,
      int inner,
      int heads,
      int keyHeads,
      int layers,
      boolean tied,
      long parameters) {
    LlamaSpec spec =
        new LlamaSpec(
            vocabulary,
            8192,
            width,
            inner,
            heads,
            keyHeads,
            width / heads,
            layers,
            UNSCALED,
            tied,
            0,
            1,
            2,
            1e-5);
    assertEquals(parameters, Shapes.of(Architectures.of(spec)).parameterCount());
  }

  /**
   * As transformers adds up BertForPreTraining: the released base and large have the 110 and 340
   * millions of the paper.
   */
  @ParameterizedTest
  @CsvSource({"768, 3072, 12, 12, 110106428", "1024, 4096, 16, 24, 336226108"})
  void countsTheParametersOfBertsReleasedSizes(
      int width, int inner, int heads, int layers, long parameters) {
    BertSpec spec = new BertSpec(30522, 512, width, inner, heads, layers, 2, 0.1, 0, 1e-12);
    assertEquals(parameters, Shapes.of(Architectures.of(spec)).parameterCount());
  }

  /** As transformers adds up the parameters of the released base and large. */
  @ParameterizedTest
  @CsvSource({"768, 3072, 12, 6, 139420416", "1024, 4096, 16, 12, 406291456"})
  void countsTheParametersOfBartsReleasedSizes(
      int width, int inner, int heads, int layers, long parameters) {
    BartSpec.Side side = new BartSpec.Side(layers, heads, inner);
    BartSpec spec = new BartSpec(50265, 1024, width, side, side, 0.1, 0, 1, 2, 2);
    assertEquals(parameters, Shapes.of(Architectures.of(spec)).parameterCount());
  }

  @Test
  void aDecoderHasALengthOfItsOwn() {
    BartSpec.Side side = new BartSpec.Side(1, 4, 80);
    BartSpec spec = new BartSpec(97, 16, 32, side, side, 0, 0, 1, 2, 2);
    Shapes shapes = Shapes.of(Architectures.of(spec));
    assertEquals(
        Set.of(
            Input.INPUT_IDS, Input.ATTENTION_MASK, Input.DECODER_INPUT_IDS, Input.DECODER_LABELS),
        shapes.inputs());
    assertEquals(List.of(new Shapes.Head("lm", Input.DECODER_LABELS, 97)), shapes.heads());
    assertEquals("labels", Input.DECODER_LABELS.id());
    assertEquals(2 * 18 * 32, shapes.positionParameters());
    assertEquals(Objective.DENOISING, Architectures.of(spec).objective());
  }

  @Test
  void saysWhatAnArchitectureIsFedWithAndWhatItSays() {
    BertSpec spec = new BertSpec(97, 16, 32, 80, 4, 1, 2, 0, 0, 1e-12);
    Shapes shapes = Shapes.of(Architectures.of(spec));
    assertEquals(
        Set.of(
            Input.INPUT_IDS,
            Input.ATTENTION_MASK,
            Input.TOKEN_TYPE_IDS,
            Input.LABELS,
            Input.NEXT_SENTENCE_LABEL),
        shapes.inputs());
    assertEquals(
        List.of(
            new Shapes.Head("mlm", Input.LABELS, 97),
            new Shapes.Head("nsp", Input.NEXT_SENTENCE_LABEL, 2)),
        shapes.heads());
    assertEquals(Axis.ROW, Input.NEXT_SENTENCE_LABEL.axis());
    assertEquals(Objective.MASKED, Architectures.of(spec).objective());
  }

  @Test
  void refusesDocumentMasksOfAFamilyThatHasNone() {
    BertSpec spec = new BertSpec(97, 16, 32, 80, 4, 1, 2, 0, 0, 1e-12);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Architectures.of(spec, true));
    assertEquals(
        "no document masks for bert: the documents of its rows see each other",
        refusal.getMessage());
  }

  @Test
  void namesLlamasParametersAsHuggingFaceDoes() {
    LlamaSpec spec = new LlamaSpec(97, 16, 32, 80, 4, 2, 8, 1, UNSCALED, false, 0, 1, 2, 1e-5);
    List<String> names =
        Shapes.of(Architectures.of(spec)).parameters().stream()
            .map(parameter -> parameter.name() + parameter.shape())
            .toList();
    assertEquals(
        List.of(
            "model.embed_tokens.weight[97, 32]",
            "model.layers.0.input_layernorm.weight[32]",
            "model.layers.0.self_attn.q_proj.weight[32, 32]",
            "model.layers.0.self_attn.k_proj.weight[16, 32]",
            "model.layers.0.self_attn.v_proj.weight[16, 32]",
            "model.layers.0.self_attn.o_proj.weight[32, 32]",
            "model.layers.0.post_attention_layernorm.weight[32]",
            "model.layers.0.mlp.gate_proj.weight[80, 32]",
            "model.layers.0.mlp.up_proj.weight[80, 32]",
            "model.layers.0.mlp.down_proj.weight[32, 80]",
            "model.norm.weight[32]",
            "lm_head.weight[97, 32]"),
        names);
  }

  @Test
  void namesParametersAsHuggingFaceDoes() {
    Gpt2Spec spec = new Gpt2Spec(97, 16, 32, 4, 1, 0, 0);
    List<String> names =
        Shapes.of(Architectures.of(spec)).parameters().stream()
            .map(parameter -> parameter.name() + parameter.shape())
            .toList();
    assertEquals(
        List.of(
            "transformer.wte.weight[97, 32]",
            "transformer.wpe.weight[16, 32]",
            "transformer.h.0.ln_1.weight[32]",
            "transformer.h.0.ln_1.bias[32]",
            "transformer.h.0.attn.c_attn.weight[32, 96]",
            "transformer.h.0.attn.c_attn.bias[96]",
            "transformer.h.0.attn.c_proj.weight[32, 32]",
            "transformer.h.0.attn.c_proj.bias[32]",
            "transformer.h.0.ln_2.weight[32]",
            "transformer.h.0.ln_2.bias[32]",
            "transformer.h.0.mlp.c_fc.weight[32, 128]",
            "transformer.h.0.mlp.c_fc.bias[128]",
            "transformer.h.0.mlp.c_proj.weight[128, 32]",
            "transformer.h.0.mlp.c_proj.bias[32]",
            "transformer.ln_f.weight[32]",
            "transformer.ln_f.bias[32]"),
        names);
  }

  @Test
  void matricesDecayAndVectorsDoNot() {
    for (Parameter parameter : Shapes.of(Architectures.of(SMALL)).parameters()) {
      assertEquals(parameter.shape().size() == 2, parameter.isDecayed(), parameter.name());
    }
  }

  /**
   * nanoGPT's 854,553,600 for GPT-2 124M at 1024 tokens are without biases, which it leaves out in
   * training: 8,448 a layer and 768 after the last.
   */
  @Test
  void countsTheOperationsOfATokenAsNanoGptDoes() {
    long withoutBiases = 854_553_600;
    long biases = 12 * 8_448 + 768;
    Shapes shapes = Shapes.of(Architectures.of(SMALL));
    assertEquals(withoutBiases + 6 * biases, shapes.trainingFlopsPerToken(1024));
  }

  /** nanoGPT's 135,600 tokens/s on an A100 (312 TFLOP/s) are 37.1 %. */
  @Test
  void utilisationIsTheShareOfThePeak() {
    Shapes shapes = Shapes.of(Architectures.of(SMALL));
    assertEquals(0.371, shapes.modelFlopsUtilization(1024, 135_600, 312e12), 1e-3);
  }

  @Test
  void wantsSegmentsOnlyForDocumentMasks() {
    Set<Input> plain = Shapes.of(Architectures.of(SMALL)).inputs();
    assertEquals(Set.of(Input.INPUT_IDS, Input.LABELS), plain);
    Set<Input> masked = Shapes.of(Architectures.of(SMALL, true)).inputs();
    assertTrue(masked.contains(Input.SEGMENT_IDS));
    assertFalse(plain.contains(Input.SEGMENT_IDS));
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertRefused("linear", new Misfit(97, 33, 32));
    assertRefused("linear", new Misfit(97, 31, 32));
    assertRefused("linear bias", new Misfit(97, 32, 31));
    assertEquals(97 * 32 + 32 * 32 + 32, Shapes.of(new Misfit(97, 32, 32)).parameterCount());
  }

  private static void assertRefused(String operation, Architecture architecture) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Shapes.of(architecture));
    assertTrue(refusal.getMessage().startsWith(operation + ": "), refusal.getMessage());
  }

  /** One linear layer whose input and bias may not fit it. */
  private record Misfit(int vocabulary, int in, int bias) implements Architecture {
    @Override
    public Objective objective() {
      return Objective.CAUSAL;
    }

    @Override
    public <V> List<Head<V>> forward(Graph<V> graph) {
      V table = graph.parameter("table", Init.ZEROS, vocabulary, 32);
      V weight = graph.parameter("weight", Init.ZEROS, 32, in);
      V offset = graph.parameter("bias", Init.ZEROS, bias);
      V x = graph.embedding(table, graph.input(Input.INPUT_IDS));
      V y = graph.linear(x, weight, Optional.of(offset));
      return List.of(new Head<>("lm", graph.linear(y, table, Optional.empty()), Input.LABELS));
    }
  }
}
