package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.model.Graph.Init;
import dev.millrace.schemas.checkpoint.BartSpec;
import dev.millrace.schemas.checkpoint.BertSpec;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.GptSpec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import dev.millrace.schemas.checkpoint.Rope;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InitialiserTest {
  private static final String QKV = "transformer.h.0.attn.c_attn.weight";
  private static final String OUT = "transformer.h.0.attn.c_proj.weight";
  private static final Shapes SHAPES =
      Shapes.of(Architectures.of(new Gpt2Spec(97, 16, 64, 4, 2, 0, 0)));

  @Test
  void givesTheSameBitsForEver() throws IOException {
    float[] values = values(SHAPES, 42, QKV);
    assertArrayEquals(
        new float[] {0.01741489f, 0.01265569f, 0.023434732f, -0.016414514f},
        Arrays.copyOf(values, 4));
  }

  @Test
  void anotherSeedOrNameGivesOtherValues() throws IOException {
    float[] values = values(SHAPES, 42, QKV);
    assertFalse(Arrays.equals(values, values(SHAPES, 43, QKV)));
    assertFalse(Arrays.equals(values, values(SHAPES, 42, "transformer.h.1.attn.c_attn.weight")));
  }

  @Test
  void aParameterKeepsItsValuesWhenOthersCome() throws IOException {
    Shapes more = Shapes.of(Architectures.of(new Gpt2Spec(101, 32, 64, 4, 3, 0, 0)));
    assertArrayEquals(values(SHAPES, 42, QKV), values(more, 42, QKV));
  }

  @Test
  void matricesAreNormalAndResidualOnesSmallerWithDepth() throws IOException {
    assertMoments(0.02, values(SHAPES, 1, QKV));
    assertMoments(0.02 / 2, values(SHAPES, 1, OUT)); // sqrt(2 * 2 layers) is 2.
  }

  /** As {@code LlamaForCausalLM} begins: residual branches are no smaller. */
  @Test
  void llamasMatricesAreAllAlike() throws IOException {
    Rope rope = new Rope(10_000, new Rope.Unscaled());
    LlamaSpec spec = new LlamaSpec(97, 16, 64, 160, 4, 2, 16, 3, rope, false, 0, 1, 2, 1e-5);
    Shapes shapes = Shapes.of(Architectures.of(spec));
    for (Parameter parameter : shapes.parameters()) {
      float[] values = values(shapes, 1, parameter.name());
      if (parameter.isDecayed()) assertMoments(0.02, values);
      else for (float gain : values) assertEquals(1f, gain);
    }
  }

  /** As {@code OpenAIGPTLMHeadModel} begins. */
  @Test
  void theFirstGptsMatricesAreAllAlike() throws IOException {
    Shapes shapes = Shapes.of(Architectures.of(new GptSpec(97, 16, 64, 4, 3, 0, 0)));
    assertMoments(0.02, values(shapes, 1, QKV));
    assertMoments(0.02, values(shapes, 1, OUT));
  }

  /** As {@code BertForPreTraining} begins: all alike, and nothing where there is padding. */
  @Test
  void bertsRowOfPaddingIsZeroAndAllElseIsAlike() throws IOException {
    BertSpec spec = new BertSpec(97, 16, 64, 160, 4, 2, 2, 0, 5, 1e-12);
    Shapes shapes = Shapes.of(Architectures.of(spec));
    assertMoments(0.02, values(shapes, 1, "bert.encoder.layer.0.attention.output.dense.weight"));
    float[] words = values(shapes, 1, "bert.embeddings.word_embeddings.weight");
    for (int i = 0; i < words.length; i++) assertEquals(i / 64 == 5, words[i] == 0, "value " + i);
    for (float bias : values(shapes, 1, "cls.predictions.bias")) assertEquals(0f, bias);
  }

  /** As {@code BartForConditionalGeneration} begins. */
  @Test
  void bartsRowOfPaddingIsZeroAndAllElseIsAlike() throws IOException {
    BartSpec.Side side = new BartSpec.Side(2, 4, 160);
    BartSpec spec = new BartSpec(97, 16, 64, side, side, 0, 0, 1, 2, 2);
    Shapes shapes = Shapes.of(Architectures.of(spec));
    assertMoments(0.02, values(shapes, 1, "model.decoder.layers.1.fc2.weight"));
    assertMoments(0.02, values(shapes, 1, "model.encoder.embed_positions.weight"));
    float[] words = values(shapes, 1, "model.shared.weight");
    for (int i = 0; i < words.length; i++) assertEquals(i / 64 == 1, words[i] == 0, "value " + i);
  }

  @Test
  void biasesAreZeroAndGainsOne() throws IOException {
    for (float bias : values(SHAPES, 1, "transformer.h.0.mlp.c_fc.bias")) assertEquals(0f, bias);
    for (float gain : values(SHAPES, 1, "transformer.ln_f.weight")) assertEquals(1f, gain);
  }

  @Test
  void doesNotRepeatFromChunkToChunk() throws IOException {
    int elements = (1 << 18) + 1001;
    Parameter parameter = new Parameter("large", List.of((long) elements), Init.normal(1));
    Shapes shapes = new Shapes(List.of(parameter), Set.of(), List.of(), 0, 0);
    float[] values = Initialiser.weights(shapes, 5).floats(parameter);
    Set<Float> distinct =
        IntStream.range(0, elements).mapToObj(i -> values[i]).collect(Collectors.toSet());
    assertEquals(elements, distinct.size(), elements * 0.02);
    assertEquals(4.5, max(values), 0.9); // Of 260,000 normal values.
  }

  @Test
  void refusesANameThatThereIsNot() {
    assertThrows(
        IllegalArgumentException.class, () -> Initialiser.weights(SHAPES, 1).chunks("other"));
  }

  private static void assertMoments(double deviation, float[] values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(9);
    double square =
        IntStream.range(0, values.length)
            .mapToDouble(i -> (double) values[i] * values[i])
            .average()
            .orElse(9);
    assertEquals(0, mean, 4 * deviation / Math.sqrt(values.length));
    assertEquals(deviation, Math.sqrt(square), deviation * 0.05);
  }

  private static double max(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).max().orElseThrow();
  }

  private static float[] values(Shapes shapes, long seed, String name) throws IOException {
    Parameter parameter =
        shapes.parameters().stream()
            .collect(Collectors.toMap(Parameter::name, Function.identity()))
            .get(name);
    return Initialiser.weights(shapes, seed).floats(parameter);
  }
}
