package dev.millrace.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.checkpoint.Gpt2Spec;
import dev.millrace.schemas.checkpoint.LlamaSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSizeTest {
  private static final ModelSize GPT2 = sizes(Family.GPT2);
  private static final ModelSize LLAMA = sizes(Family.LLAMA);

  private static ModelSize sizes(Family family) {
    return new ModelSize(family, family.vocabularySize(), family.contextLength());
  }

  /** By the architecture's own count, not by the formula that it was found with. */
  private static void assertSize(PlannedModel model, double parameters, double tolerance) {
    double ratio = model.parameters() / parameters;
    assertEquals(1, ratio, parameters >= 1e9 ? tolerance : 0.15, model::toString);
  }

  private static void assertShape(int width, int layers, int heads, double least, double most) {
    double aspect = (double) width / layers;
    assertTrue(aspect >= least && aspect <= most, width + " wide, " + layers + " layers");
    assertEquals(width < 2048 ? 64 : 128, width / heads);
  }

  @ParameterizedTest
  @ValueSource(doubles = {10e6, 124e6, 350e6, 1.3e9, 2.7e9, 13e9, 70e9, 175e9, 1e12})
  void findsAGpt2OfTheWantedSizeThatIsNeitherDeepNorWide(double parameters) {
    PlannedModel model = GPT2.nearest(parameters).orElseThrow();
    assertSize(model, parameters, 0.01);
    Gpt2Spec spec = (Gpt2Spec) model.spec();
    assertShape(spec.width(), spec.layers(), spec.heads(), 64, 128);
  }

  @ParameterizedTest
  @ValueSource(doubles = {40e6, 124e6, 350e6, 450e6, 1.3e9, 3e9, 13e9, 70e9, 405e9, 1e12})
  void findsALlamaOfTheWantedSizeThatIsNeitherDeepNorWide(double parameters) {
    PlannedModel model = LLAMA.nearest(parameters).orElseThrow();
    assertSize(model, parameters, 0.02); // Fewer widths have heads that can be shared.
    LlamaSpec spec = (LlamaSpec) model.spec();
    assertShape(spec.width(), spec.layers(), spec.heads(), 80, 131);
    assertTrue(spec.width() < 1024 || spec.keyValueHeads() == 8 || spec.keyValueHeads() == 4);
    assertTrue(spec.width() >= 1024 || spec.keyValueHeads() == spec.heads());
    assertEquals(spec.width() < 4096, spec.tiedHead());
    assertTrue(spec.innerWidth() - 3.5 * spec.width() < 256);
    assertTrue(spec.innerWidth() >= 3.5 * spec.width());
  }

  @Test
  void gpt2IsFoundByItsOwnSize() {
    assertEquals(
        new Gpt2Spec(50_257, 1024, 768, 12, 12, 0, 0),
        GPT2.nearest(124_439_808).orElseThrow().spec());
  }

  /** Grattafiori et al. 2024, table 3; numbers of parameters are of the published weights. */
  @ParameterizedTest
  @CsvSource({"8_030_261_248, 32, 4096, 14336, 32", "70_553_706_496, 80, 8192, 28672, 64"})
  void llama3IsFoundByItsOwnSizes(
      String parameters, int layers, int width, int innerWidth, int heads) {
    long published = Long.parseLong(parameters.replace("_", ""));
    PlannedModel model = LLAMA.nearest((double) published).orElseThrow();
    assertEquals(published, model.parameters());
    LlamaSpec spec = (LlamaSpec) model.spec();
    assertEquals(layers, spec.layers());
    assertEquals(width, spec.width());
    assertEquals(innerWidth, spec.innerWidth());
    assertEquals(heads, spec.heads());
    assertEquals(8, spec.keyValueHeads());
    assertEquals(500_000, spec.rope().theta());
  }

  /** Tied and not, shared keys and not. */
  @ParameterizedTest
  @EnumSource
  void theFormulaCountsAsTheArchitectureDoes(Family family) {
    for (int width : new int[] {512, 1024, 1280, 4096}) {
      PlannedModel model = family.model(300, 64, 2, width, width / 64).orElseThrow();
      assertEquals((double) model.parameters(), model.estimate(), model::toString);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noneIsAsSmallAsItsVocabularyOrAsLargeAsAnything(Family family) {
    assertEquals(Optional.empty(), sizes(family).nearest(1e5));
    assertEquals(Optional.empty(), sizes(family).nearest(1e19));
  }
}
