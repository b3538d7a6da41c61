package dev.millrace.refinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.contamination.Contamination;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.InvalidRunFileException;
import dev.millrace.runtime.config.RunFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RefineryConfigTest {
  private static RefineryConfig parse(String yaml) {
    return RunFile.parse(yaml, "run.yaml", RefineryConfig.class).value();
  }

  @Test
  void leavesTheStagesOfOtherCorporaOffUnlessToldOtherwise() {
    RefineryConfig config = Defaults.of(RefineryConfig.class);
    List<StageName> off =
        List.of(
            StageName.C4,
            StageName.FINEWEB,
            StageName.CCNET,
            StageName.URL,
            StageName.CODE,
            StageName.TOXICITY,
            StageName.QUALITY_CLASSIFIER,
            StageName.LINE_DEDUP,
            StageName.CONTAMINATION);
    assertEquals(
        Stream.of(StageName.values()).filter(stage -> !off.contains(stage)).toList(),
        config.stages());
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
  void takesEveryStageAndItsSection() {
    RefineryConfig config =
        parse(
            """
            stages: [c4, fineweb, ccnet, url, code, toxicity, quality-classifier]
            c4: {terminalPunctuation: false}
            toxicity: {words: words.txt, classifier: toxic.classifier}
            qualityClassifier: {file: good.classifier}
            domains:
              code:
                stages: [code]
                fineweb: {listRatioMax: 1}
                ccnet: {charactersMin: 1}
                c4: {sentencesMin: 1}
                url: {words: lists/words.txt}
                code: {lineLengthMax: 7}
                toxicity: {words: lists/mill.txt}
                qualityClassifier: {file: code.classifier}
            """);
    assertEquals(7, config.stages().size());
    assertEquals(false, config.of("text").c4().terminalPunctuation());
    RefineryConfig there = config.in(Path.of("/run"));
    assertEquals(Optional.of(Path.of("/run/words.txt")), there.toxicity().words());
    assertEquals(Optional.of(Path.of("/run/toxic.classifier")), there.toxicity().classifier());
    assertEquals(Optional.of(Path.of("/run/good.classifier")), there.qualityClassifier().file());
    RefineryConfig own = there.of("code");
    assertEquals(List.of(StageName.CODE), own.stages());
    assertEquals(1, own.fineweb().listRatioMax());
    assertEquals(1, own.ccnet().charactersMin());
    assertEquals(1, own.c4().sentencesMin());
    assertEquals(7, own.code().lineLengthMax());
    assertEquals(Optional.of(Path.of("/run/lists/words.txt")), own.url().words());
    assertEquals(Optional.of(Path.of("/run/lists/mill.txt")), own.toxicity().words());
    assertEquals(Optional.of(Path.of("/run/code.classifier")), own.qualityClassifier().file());
  }

  /** What one domain adds must not open another hole: evaluation sets hold everywhere. */
  @Test
  void aDomainsEvaluationSetsComeBesideTheCommonOnes() {
    RefineryConfig config =
        parse(
                """
                contamination: {overlapsMax: 3, sets: {exam: exam.txt, quiz: quiz.txt}}
                domains: {code: {contamination: {ngram: 20, sets: {quiz: code.txt, tasks: tasks.txt}}}}
                """)
            .in(Path.of("/run"), Map.of("mills", Path.of("mills.txt")));
    Contamination code = config.of("code").contamination();
    assertEquals(
        Map.of(
            "exam", Path.of("/run/exam.txt"),
            "quiz", Path.of("/run/code.txt"),
            "tasks", Path.of("/run/tasks.txt"),
            "mills", Path.of("/run/mills.txt")),
        code.sets());
    assertEquals(20, code.ngram());
    assertEquals(0, code.overlapsMax(), "as every section that a domain has of its own");
    assertEquals(3, config.of("text").contamination().sets().size());
  }

  @Test
  void hasASectionForEachStageUnderItsKey() {
    List<String> sections =
        Stream.of(RefineryConfig.class.getRecordComponents()).map(c -> c.getName()).toList();
    for (StageName stage : StageName.values()) {
      assertTrue(sections.contains(stage.key()), stage.key());
    }
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
                    domains: {code: {stages: [pii, pii]}, web: {stages: [ccnet, language]}}
                    """));
    String message = e.getMessage();
    assertTrue(message.contains("stages[1]"), message);
    assertTrue(message.contains("wordsMin must be at least 1: 0"), message);
    assertTrue(message.contains("stages has pii twice"), message);
    assertTrue(message.contains("stages has ccnet before language"), message);
  }

  @Test
  void wantsAFileWhereADomainHasAClassifierStage() {
    String missing = "stages has quality-classifier, which needs qualityClassifier.file";
    for (String yaml :
        List.of(
            "stages: [quality-classifier]",
            "domains: {web: {stages: [quality-classifier]}}",
            "{stages: [quality-classifier], qualityClassifier: {file: a},"
                + " domains: {web: {qualityClassifier: {scoreMin: 0}}}}")) {
      InvalidRunFileException e =
          assertThrows(InvalidRunFileException.class, () -> parse(yaml), yaml);
      assertTrue(e.getMessage().contains(missing), e.getMessage());
    }
    parse("domains: {web: {stages: [quality-classifier], qualityClassifier: {file: a}}}");
  }

  @Test
  void namesStagesAsRulesDo() {
    assertEquals(StageName.GOPHER_QUALITY, StageName.named("gopher-quality"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> StageName.named("gopher"));
    assertEquals(
        "no stage is named gopher; there are extraction, normalisation, language, gopher-quality,"
            + " gopher-repetition, c4, fineweb, ccnet, url, code, toxicity, quality-classifier, line-dedup, contamination, pii",
        e.getMessage());
  }
}
