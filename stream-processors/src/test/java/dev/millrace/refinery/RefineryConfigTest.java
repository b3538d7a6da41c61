package dev.millrace.refinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RefineryConfigTest {
  private static RefineryConfig parse(String yaml) {
    return RunFile.parse(yaml, "run.yaml", RefineryConfig.class).value();
  }

  @Test
  void judgesByAllStagesUnlessToldOtherwise() {
    RefineryConfig config = Defaults.of(RefineryConfig.class);
    assertEquals(List.of(StageName.values()), config.stages());
    assertSame(config, config.of("any domain"));
  }

  @Test
  void letsADomainHaveItsOwnStagesAndThresholds() {
    RefineryConfig config =
        parse(
            """
            language: {allowed: [en, de]}
            gopherQuality: {wordsMin: 20, hashRatioMax: 0.5}
            domains:
              code:
                stages: [extraction, pii]
              docs:
                gopherQuality: {wordsMin: 10}
            """);
    assertEquals(List.of(StageName.EXTRACTION, StageName.PII), config.of("code").stages());
    assertEquals(20, config.of("code").gopherQuality().wordsMin());
    assertEquals(10, config.of("docs").gopherQuality().wordsMin());
    assertEquals(0.1, config.of("docs").gopherQuality().hashRatioMax(), "its own section, whole");
    assertEquals(List.of("en", "de"), config.of("docs").language().allowed());
    assertEquals(20, config.of("speeches").gopherQuality().wordsMin());
  }

  @Test
  void reportsEveryProblemWithItsPlace() {
    InvalidRunFileException e =
        assertThrows(
            InvalidRunFileException.class,
            () ->
                parse(
                    """
                    stages: [extraction, gopher]
                    gopherQuality: {wordsMin: 0}
                    domains: {code: {stages: [pii, pii]}}
                    """));
    String message = e.getMessage();
    assertTrue(message.contains("stages[1]"), message);
    assertTrue(message.contains("wordsMin must be at least 1: 0"), message);
    assertTrue(message.contains("stages has pii twice"), message);
  }

  @Test
  void namesStagesAsRulesDo() {
    assertEquals(StageName.GOPHER_QUALITY, StageName.named("gopher-quality"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> StageName.named("gopher"));
    assertEquals(
        "no stage is named gopher; there are extraction, normalisation, language, gopher-quality,"
            + " gopher-repetition, pii",
        e.getMessage());
  }
}
