package dev.millrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  private static final Gpt2Spec SPEC = new Gpt2Spec(11, 8, 8, 2, 2, 0, 0);
  private static final Architecture CAUSAL = Architectures.of(SPEC);
  private static final Architecture MASKED = Architectures.of(SPEC, true);
  private static final WeightSource WEIGHTS = Initialiser.weights(Shapes.of(CAUSAL), 1);
  private static final long[] SEGMENTS = {0, 0, 0, 1, 1, 1};

  @Test
  void aModelOfZerosFindsEveryTokenEquallyLikely() {
    WeightSource zeros = name -> WeightSource.of(Map.of(name, new float[size(name)])).chunks(name);
    double[] nll = Reference.nll(CAUSAL, zeros, batch(1, 2, 3, 4, 5, 6), 1);
    for (double value : nll) assertEquals(Math.log(11), value, 1e-12);
  }

  @Test
  void ignoredLabelsCostNothing() {
    Map<Input, long[]> batch = batch(1, 2, 3, 4, 5, 6);
    batch.get(Input.LABELS)[2] = Graph.IGNORED;
    double[] nll = Reference.nll(CAUSAL, WEIGHTS, batch, 1);
    assertEquals(0, nll[2]);
    assertEquals(5, Arrays.stream(nll).filter(value -> value > 0).count());
  }

  @Test
  void noTokenSeesALaterOne() {
    double[] nll = Reference.nll(CAUSAL, WEIGHTS, batch(1, 2, 3, 4, 5, 6), 1);
    double[] other = Reference.nll(CAUSAL, WEIGHTS, batch(1, 2, 3, 4, 9, 6), 1);
    for (int t = 0; t < 4; t++) assertEquals(nll[t], other[t]);
    for (int t = 4; t < 6; t++) assertNotEquals(nll[t], other[t]);
  }

  @Test
  void documentsThatShareARowDoNotSeeEachOther() {
    double[] masked = Reference.nll(MASKED, WEIGHTS, batch(1, 2, 3, 4, 5, 6), 1);
    double[] other = Reference.nll(MASKED, WEIGHTS, batch(9, 2, 3, 4, 5, 6), 1);
    for (int t = 0; t < 3; t++) assertNotEquals(masked[t], other[t]);
    for (int t = 3; t < 6; t++) assertEquals(masked[t], other[t]);
    double[] causal = Reference.nll(CAUSAL, WEIGHTS, batch(1, 2, 3, 4, 5, 6), 1);
    for (int t = 0; t < 3; t++) assertEquals(causal[t], masked[t]);
    assertNotEquals(causal[3], masked[3]);
  }

  @Test
  void namesAnInputThatIsMissing() {
    Map<Input, long[]> onlyIds = Map.of(Input.INPUT_IDS, new long[] {1});
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> Reference.nll(CAUSAL, WEIGHTS, onlyIds, 1));
    assertEquals("the batch has no labels", refusal.getMessage());
  }

  /** 7.1 in Abramowitz and Stegun's table, and where series are hardest. */
  @Test
  void theErrorFunctionIsExact() {
    assertEquals(0.8427007929497149, ReferenceGraph.erf(1), 1e-15);
    assertEquals(-0.5204998778130465, ReferenceGraph.erf(-0.5), 1e-15);
    assertEquals(0.9999999845827421, ReferenceGraph.erf(4), 1e-15);
    assertEquals(0, ReferenceGraph.erf(0));
    assertEquals(1, ReferenceGraph.erf(7));
  }

  private static int size(String name) {
    return (int)
        Shapes.of(CAUSAL).parameters().stream()
            .filter(parameter -> parameter.name().equals(name))
            .findFirst()
            .orElseThrow()
            .elements();
  }

  private static Map<Input, long[]> batch(long... ids) {
    long[] labels = {2, 3, 4, 5, 6, 7};
    return Map.of(Input.INPUT_IDS, ids, Input.LABELS, labels, Input.SEGMENT_IDS, SEGMENTS);
  }
}
