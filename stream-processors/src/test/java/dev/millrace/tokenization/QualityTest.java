package dev.millrace.tokenization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.Outcome;
import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.runtime.config.RunFile;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QualityTest {
  private static final String PROSE =
      """
      The committee met in the morning and read the report that the members had written about the
      state of the rivers. It was the first time that they had been asked to speak of the water.
      Most of them agreed with what was said, and those who did not were heard to the end.
      """;

  @Test
  void isNeutralWhereNothingWasMeasured() {
    assertEquals(0.5, Quality.of(Map.of()));
    assertEquals(0.5, Quality.of(Map.of("gopher-quality.words-min", 812.0)));
  }

  @Test
  void isWhatAClassifierSays() {
    assertEquals(
        0.9, Quality.of(Map.of("quality-classifier.score-min", 0.9, "language.score-min", 0.1)));
  }

  @Test
  void isTheProductOfTheSharesThatWereMeasured() {
    Map<String, Double> signals =
        Map.of("language.score-min", 0.9, "gopher-repetition.duplicate-lines", 0.25);
    assertEquals(0.9 * 0.75, Quality.of(signals), 1e-12);
  }

  /** By the names that the refinery really gives. */
  @Test
  void putsProseAboveRepetition() {
    double prose = Quality.of(signals(PROSE));
    double repeated =
        Quality.of(signals(PROSE + PROSE.substring(0, 120) + "\n" + PROSE.substring(0, 120)));
    assertEquals(0.93, prose, 0.01); // Marks are words without a letter.
    assertTrue(repeated < prose - 0.05, repeated + " and " + prose);
  }

  private static Map<String, Double> signals(String text) {
    RefineryConfig config =
        RunFile.parse("stages: [gopher-quality, gopher-repetition]", "test", RefineryConfig.class)
            .value();
    Outcome outcome =
        new RefineryChain(config)
            .judge(
                new SourceDocument(
                    "id",
                    "web",
                    Optional.empty(),
                    "text/plain",
                    Optional.empty(),
                    text.getBytes(StandardCharsets.UTF_8),
                    Map.of()));
    return outcome.text().signals();
  }
}
