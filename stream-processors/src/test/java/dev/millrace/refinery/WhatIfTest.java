package dev.millrace.refinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.stage.Rule;
import dev.millrace.refinery.stage.Rule.Bound;
import dev.millrace.runtime.config.RunFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WhatIfTest {
  private static final String ALL =
      "stages: [extraction, normalisation, url, language, gopher-quality, gopher-repetition, c4,"
          + " fineweb, ccnet, code, pii]\n";
  private static final RefineryConfig CONFIG = config("");

  private static RefineryConfig config(String settings) {
    return RunFile.parse(ALL + settings, "run.yaml", RefineryConfig.class).value();
  }

  /** A rule and the stage that has it. */
  record Of(StageName stage, Rule rule) {
    String name() {
      return stage + "." + rule.name();
    }

    /** One step to the side that fails. */
    double beyond() {
      double t = rule.threshold();
      return rule.bound() == Bound.AT_LEAST ? Math.nextDown(t) : Math.nextUp(t);
    }

    double within() {
      double t = rule.threshold();
      return rule.bound() == Bound.AT_LEAST ? Math.nextUp(t) : Math.nextDown(t);
    }
  }

  static Stream<Of> rules() {
    List<Of> all = new ArrayList<>();
    for (StageName stage : CONFIG.stages()) {
      stage.rules(CONFIG).forEach(rule -> all.add(new Of(stage, rule)));
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aKeptDocumentFailsOneStepBeyondTheThresholdOnly(Of of) {
    WhatIf whatIf = new WhatIf(CONFIG, CONFIG);
    assertEquals(Optional.of(of.name()), droppedBy(whatIf, of.name(), of.beyond()));
    assertEquals(Optional.empty(), droppedBy(whatIf, of.name(), of.rule().threshold()));
    assertEquals(Optional.empty(), droppedBy(whatIf, of.name(), of.within()));
  }

  private static Optional<String> droppedBy(WhatIf whatIf, String rule, double measured) {
    return whatIf.droppedBy("d", Map.of(rule, measured));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aDroppedDocumentPassesAtTheThreshold(Of of) {
    WhatIf whatIf = new WhatIf(CONFIG, CONFIG);
    assertEquals(Optional.of(false), whatIf.passes("d", of.name(), of.beyond()));
    assertEquals(Optional.of(true), whatIf.passes("d", of.name(), of.rule().threshold()));
    assertEquals(Optional.of(true), whatIf.passes("d", of.name(), of.within()));
  }

  @Test
  void theFirstRuleInTheOtherFilesOrderDecides() {
    Map<String, Double> signals =
        Map.of("gopher-quality.words-min", 60.0, "language.score-min", .6);
    String strict = "gopherQuality: {wordsMin: 100}\nlanguage: {scoreMin: 0.9}";
    assertEquals(Optional.of("language.score-min"), whatIf(strict).droppedBy("d", signals));
    assertEquals(
        Optional.of("gopher-quality.words-min"),
        whatIf("gopherQuality: {wordsMin: 100}").droppedBy("d", signals));
  }

  @Test
  void eachDomainIsJudgedByItsOwnThresholds() {
    WhatIf whatIf = whatIf("domains: {strict: {gopherQuality: {wordsMin: 100}}}");
    assertTrue(droppedBy(whatIf, "gopher-quality.words-min", 60).isEmpty());
    assertEquals(
        Optional.of("gopher-quality.words-min"),
        whatIf.droppedBy("strict", Map.of("gopher-quality.words-min", 60.0)));
  }

  @Test
  void whatAStageDroppedPassesWhereThereIsNoSuchStage() {
    RefineryConfig without = RunFile.parse("stages: [url]", "x", RefineryConfig.class).value();
    assertEquals(
        Optional.of(true), new WhatIf(CONFIG, without).passes("d", "fineweb.short-lines-max", 1));
  }

  @Test
  void duplicatesAreNotJudged() {
    assertEquals(Optional.empty(), whatIf("").passes("d", "exact-duplicate.document", 1));
    assertEquals(Optional.empty(), whatIf("").passes("d", "extraction.time-limit", 40));
  }

  @Test
  void thresholdsAloneNeedNoWord() {
    String thresholds =
        """
        gopherQuality: {wordsMin: 100, hashRatioMax: 0.5}
        gopherRepetition: {topGramsMax: [0.1, 0.1, 0.1], duplicateLinesMax: 0.1}
        language: {scoreMin: 0.9}
        c4: {sentencesMin: 9}
        fineweb: {listRatioMax: 0.1}
        """;
    assertEquals(List.of(), whatIf(thresholds).notJudged("d"));
  }

  @Test
  void otherLineRulesOfC4AreSaidAndSoIsWhatComesBehind() {
    WhatIf whatIf = whatIf("c4: {terminalPunctuation: false}\nfineweb: {listRatioMax: 0}");
    assertEquals(
        List.of(
            "c4 in d is not judged: c4.terminalPunctuation is another and no threshold",
            "ccnet in d is not judged: the stages before it would give it another text",
            "code in d is not judged: the stages before it would give it another text",
            "fineweb in d is not judged: the stages before it would give it another text"),
        whatIf.notJudged("d"));
    assertEquals(Optional.empty(), droppedBy(whatIf, "fineweb.list-ratio-max", 0.2));
    assertEquals(Optional.empty(), whatIf.passes("d", "c4.sentences-min", 9));
    assertFalse(droppedBy(whatIf, "gopher-quality.words-min", 1).isEmpty());
  }

  @Test
  void otherLanguagesOrWordsAreSaid() {
    assertEquals(
        List.of(
            "gopher-quality in d is not judged: gopherQuality.stopWords is another and no threshold",
            "language in d is not judged: language.allowed is another and no threshold"),
        whatIf("language: {allowed: [de]}\ngopherQuality: {stopWords: [der, die]}").notJudged("d"));
  }

  @Test
  void otherPersonalDataIsSaid() {
    assertEquals(
        List.of("pii in d is not judged: pii.kinds is another and no threshold"),
        whatIf("pii: {kinds: [email]}").notJudged("d"));
  }

  @Test
  void aStageThatIsNewOrGoneIsSaid() {
    RefineryConfig few =
        RunFile.parse("stages: [extraction, url]", "x", RefineryConfig.class).value();
    RefineryConfig more =
        RunFile.parse("stages: [extraction, url, fineweb]", "x", RefineryConfig.class).value();
    assertEquals(
        List.of("fineweb in d is not judged: it was not in the run file, so nothing was measured"),
        new WhatIf(few, more).notJudged("d"));
    assertEquals(List.of(), new WhatIf(more, few).notJudged("d"));
    RefineryConfig none = RunFile.parse("stages: [url]", "x", RefineryConfig.class).value();
    assertEquals(
        List.of(
            "extraction in d is not judged: it changed the text, and is not in the other run file",
            "url in d is not judged: the stages before it would give it another text"),
        new WhatIf(few, none).notJudged("d"));
  }

  @Test
  void aLongerListOfGramsWasNotMeasured() {
    assertEquals(
        List.of("gopher-repetition in d is not judged: top-5-gram was not measured"),
        whatIf("gopherRepetition: {topGramsMax: [0.2, 0.18, 0.16, 0.1]}").notJudged("d"));
  }

  private static WhatIf whatIf(String other) {
    return new WhatIf(CONFIG, config(other));
  }
}
