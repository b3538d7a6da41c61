package dev.millrace.cli.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.checkpoint.Gpt2Spec;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSizeTest {
  private static final ModelSize SIZES = new ModelSize(50_257, 1024);

  /** By the architecture's own count, not by the formula that it was found with. */
  @ParameterizedTest
  @ValueSource(doubles = {10e6, 124e6, 350e6, 1.3e9, 2.7e9, 13e9, 70e9, 175e9, 1e12})
  void findsAModelOfTheWantedSizeThatIsNeitherDeepNorWide(double parameters) {
    Gpt2Spec spec = SIZES.nearest(parameters).orElseThrow();
    assertEquals(1, (double) ModelSize.parameters(spec) / parameters, 0.15);
    if (parameters >= 1e9) assertEquals(1, (double) ModelSize.parameters(spec) / parameters, 0.01);
    double aspect = (double) spec.width() / spec.layers();
    assertTrue(aspect >= 64 && aspect <= 128, spec::toString);
    assertEquals(spec.width() < 2048 ? 64 : 128, spec.width() / spec.heads());
  }

  @Test
  void gpt2IsFoundByItsOwnSize() {
    assertEquals(
        new Gpt2Spec(50_257, 1024, 768, 12, 12, 0, 0), SIZES.nearest(124_439_808).orElseThrow());
  }

  @Test
  void theFormulaCountsAsTheArchitectureDoes() {
    Gpt2Spec spec = new Gpt2Spec(50_257, 1024, 768, 12, 12, 0, 0);
    assertEquals(124_439_808, ModelSize.parameters(spec));
    assertEquals(124_439_808, ModelSize.estimate(spec));
  }

  @Test
  void noneIsAsSmallAsItsVocabularyOrAsLargeAsAnything() {
    assertEquals(Optional.empty(), SIZES.nearest(1e5));
    assertEquals(Optional.empty(), SIZES.nearest(1e19));
  }
}
