package dev.millrace.evaluator.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.model.Architecture;
import dev.millrace.model.Architectures;
import dev.millrace.model.Graph;
import dev.millrace.model.Objective;
import dev.millrace.model.OnnxModel;
import dev.millrace.model.OnnxModel.Attention;
import dev.millrace.model.Reference;
import dev.millrace.model.Rotation;
import dev.millrace.model.Shapes;
import dev.millrace.model.WeightSource;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.Rope;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Law 4 for the exported graph: what ONNX Runtime computes is what the reference computes. */
class OnnxSessionTest {
  /** Law 4 allows 1e-4; a tenth of it tells the two forms of GELU apart. */
  private static final double RELATIVE = 1e-5;

  private static final int ROWS = 3;
  private static final int LENGTH = 20;
  private static final int DECODER_LENGTH = 13;
  private static final int VOCABULARY = 97;
  private static final Gpt2Spec SPEC = new Gpt2Spec(VOCABULARY, 32, 32, 4, 3, 0, 0);

  private final Architecture architecture = Architectures.of(SPEC);
  private final WeightSource weights = TinyModel.weights(architecture);
  private final long[] ids = new Random(3).longs(ROWS * LENGTH, 0, VOCABULARY).toArray();
  private final long[] labels = labels();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void tokenNllEqualsTheReferences(Attention attention) throws Exception {
    double[] expected =
        Reference.nll(
            architecture,
            weights,
            Map.of(Graph.Input.INPUT_IDS, ids, Graph.Input.LABELS, labels),
            ROWS);
    try (OnnxSession session = open(attention, false, Provider.CPU)) {
      float[] nll = session.nll(ids, labels, ROWS, LENGTH);
      assertEquals(expected.length, nll.length);
      for (int i = 0; i < nll.length; i++) {
        if (labels[i] == Graph.IGNORED) {
          assertEquals(0f, nll[i]);
        } else {
          assertTrue(Math.abs(nll[i] - expected[i]) <= RELATIVE * expected[i], "token " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void documentMasksEqualTheReferences(Attention attention) throws Exception {
    Architecture masked = Architectures.of(SPEC, true);
    long[] segments = LongStream.range(0, ROWS * LENGTH).map(i -> i % LENGTH / 7).toArray();
    Map<Graph.Input, long[]> batch =
        Map.of(
            Graph.Input.INPUT_IDS, ids,
            Graph.Input.LABELS, labels,
            Graph.Input.SEGMENT_IDS, segments);
    double[] expected = Reference.nll(masked, weights, batch, ROWS);
    Path file = directory.resolve("masked.onnx");
    OnnxModel.write(masked, weights, new OnnxModel.Options(attention, false), file);
    try (OnnxSession session = OnnxSession.open(file, Provider.CPU, 2)) {
      float[] nll = session.nll(batch, ROWS);
      for (int i = 0; i < nll.length; i++) {
        assertEquals(expected[i], nll[i], RELATIVE * expected[i], "token " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFamilysTokenNllEqualsTheReferences(TinyModel tiny) throws Exception {
    assertParity(tiny.architecture());
  }

  /** Angles in floats would be off by up to 4e-3 radians there. */
  @Test
  void positionsFarIntoATextTurnAsExactlyAsNearOnes() throws Exception {
    assertParity(new FarAway());
  }

  /** One turn, far into a text. */
  private record FarAway() implements Architecture {
    @Override
    public Objective objective() {
      return Objective.CAUSAL;
    }

    @Override
    public <V> List<Head<V>> forward(Graph<V> graph) {
      V ids = graph.input(Graph.Input.INPUT_IDS);
      V table = graph.parameter("table", Graph.Init.normal(1), 97, 32);
      V output = graph.parameter("output", Graph.Init.normal(1), 97, 32);
      Rotation rotation = Rotation.of(new Rope(10_000, new Rope.Unscaled()), 16);
      V x = graph.embedding(table, ids);
      V turned = graph.rotary(x, graph.positions(ids, 100_000), rotation);
      V logits = graph.linear(turned, output, Optional.empty());
      return List.of(new Head<>("lm", logits, Graph.Input.LABELS));
    }
  }

  private void assertParity(Architecture family) throws Exception {
    WeightSource values = TinyModel.weights(family);
    Shapes shapes = Shapes.of(family);
    Map<Graph.Input, long[]> batch = batch(shapes);
    List<double[]> expected = Reference.nllOfHeads(family, values, batch, ROWS);
    for (Attention attention : Attention.values()) {
      Path file = directory.resolve("family.onnx");
      OnnxModel.write(family, values, new OnnxModel.Options(attention, false), file);
      try (OnnxSession session = OnnxSession.open(file, Provider.CPU, 2)) {
        assertClose(expected.get(0), session.nll(batch, ROWS));
        for (int i = 1; i < expected.size(); i++) {
          String head = shapes.heads().get(i).name();
          assertClose(expected.get(i), session.nll(head, batch, ROWS));
        }
      }
    }
  }

  private static void assertClose(double[] expected, float[] nll) {
    assertEquals(expected.length, nll.length);
    for (int i = 0; i < nll.length; i++) {
      assertEquals(expected[i], nll[i], RELATIVE * expected[i], "target " + i);
    }
  }

  /** What an architecture is fed with, padded at the end of all rows but the first. */
  private Map<Graph.Input, long[]> batch(Shapes shapes) {
    Map<Graph.Input, long[]> batch = new EnumMap<>(Graph.Input.class);
    for (Graph.Input input : shapes.inputs()) {
      batch.put(
          input,
          switch (input) {
            case INPUT_IDS -> ids;
            case LABELS -> labels;
            case ATTENTION_MASK -> places(i -> i % LENGTH < LENGTH - 3 * (i / LENGTH) ? 1 : 0);
            case TOKEN_TYPE_IDS -> places(i -> i % LENGTH > 7 ? 1 : 0);
            case SEGMENT_IDS -> places(i -> i % LENGTH / 7);
            case DECODER_INPUT_IDS -> Arrays.copyOf(ids, ROWS * DECODER_LENGTH);
            case DECODER_LABELS -> Arrays.copyOf(labels, ROWS * DECODER_LENGTH);
            case NEXT_SENTENCE_LABEL -> new long[] {1, 0, Graph.IGNORED};
          });
    }
    return batch;
  }

  private static long[] places(LongUnaryOperator value) {
    return LongStream.range(0, ROWS * LENGTH).map(value).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void logitsEqualTheReferencesAndTheLastOnesAreTheLast(Attention attention) throws Exception {
    double[] expected =
        Reference.logits(architecture, weights, Map.of(Graph.Input.INPUT_IDS, ids), ROWS);
    try (OnnxSession session = open(attention, true, Provider.CPU)) {
      float[] logits = session.logits(ids, ROWS, LENGTH);
      assertEquals(expected.length, logits.length);
      for (int i = 0; i < logits.length; i++) assertEquals(expected[i], logits[i], 1e-4);
      float[] last = session.lastLogits(ids, ROWS, LENGTH);
      for (int row = 0; row < ROWS; row++) {
        int from = (row * LENGTH + LENGTH - 1) * VOCABULARY;
        assertArrayEquals(
            Arrays.copyOfRange(logits, from, from + VOCABULARY),
            Arrays.copyOfRange(last, row * VOCABULARY, (row + 1) * VOCABULARY));
      }
    }
  }

  @Test
  void takesRowsOfAnyNumberAndLength() throws Exception {
    try (OnnxSession session = open(Attention.FUSED, false, Provider.CPU)) {
      float[] together = session.nll(ids, labels, ROWS, LENGTH);
      float[] alone =
          session.nll(Arrays.copyOf(ids, LENGTH / 2), Arrays.copyOf(labels, LENGTH / 2), 1, 10);
      for (int i = 0; i < alone.length; i++) assertEquals(together[i], alone[i], 1e-5);
    }
  }

  @Test
  void fallsBackToTheCpuAndSaysWhy() throws Exception {
    try (OnnxSession session = open(Attention.FUSED, false, Provider.CUDA)) {
      assertEquals(session.provider() == Provider.CPU, session.whyNotPreferred().isPresent());
      assertEquals(ROWS * LENGTH, session.nll(ids, labels, ROWS, LENGTH).length);
    }
    try (OnnxSession session = open(Attention.FUSED, false, Provider.CPU)) {
      assertEquals(Provider.CPU, session.provider());
      assertFalse(session.whyNotPreferred().isPresent());
    }
  }

  @Test
  void refusesAModelThatIsNotThere() {
    Path missing = directory.resolve("missing.onnx");
    OnnxException refusal =
        assertThrows(OnnxException.class, () -> OnnxSession.open(missing, Provider.CPU, 1));
    assertTrue(refusal.getMessage().contains("missing.onnx"), refusal.getMessage());
  }

  @Test
  void refusesATokenBeyondTheVocabularyAndGoesOn() throws Exception {
    try (OnnxSession session = open(Attention.FUSED, false, Provider.CPU)) {
      long[] beyond = {VOCABULARY, 1};
      assertThrows(OnnxException.class, () -> session.nll(beyond, new long[] {1, 1}, 1, 2));
      assertEquals(2, session.nll(new long[] {0, 1}, new long[] {1, 1}, 1, 2).length);
    }
  }

  @Test
  void refusesLogitsOfAModelWrittenWithoutThem() throws Exception {
    try (OnnxSession session = open(Attention.FUSED, false, Provider.CPU)) {
      assertThrows(OnnxException.class, () -> session.logits(ids, ROWS, LENGTH));
    }
  }

  private OnnxSession open(Attention attention, boolean logits, Provider provider)
      throws Exception {
    Path file = directory.resolve("model.onnx");
    OnnxModel.write(architecture, weights, new OnnxModel.Options(attention, logits), file);
    return OnnxSession.open(file, provider, 2);
  }

  private static long[] labels() {
    Random random = new Random(5);
    long[] labels = random.longs(ROWS * LENGTH, 0, VOCABULARY).toArray();
    for (int i = 0; i < labels.length; i++) if (random.nextInt(4) == 0) labels[i] = Graph.IGNORED;
    return labels;
  }
}
