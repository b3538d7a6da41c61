package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.HeldOutConfig;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.Signer;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefinerySettingsTest {
  private static final Topics TOPICS = new Topics("test.");

  private record Section(
      int number,
      Optional<String> absent,
      Optional<Duration> present,
      List<String> names,
      Map<String, DedupConfig> byDomain) {}

  @Test
  void everySettingStandsUnderItsPath() {
    Map<String, DedupConfig> byDomain = new LinkedHashMap<>();
    byDomain.put("b", new DedupConfig(1, 2, 3, 0, false, 4));
    byDomain.put("a", new DedupConfig(5, 6, 7, 0, false, 8));
    Section section =
        new Section(
            1, Optional.empty(), Optional.of(Duration.ofSeconds(2)), List.of("x", "y"), byDomain);
    TreeMap<String, String> expected = new TreeMap<>();
    expected.put("(signature scheme)", Signer.SCHEME);
    expected.put("s.number", "1");
    expected.put("s.present", "PT2S");
    expected.put("s.names[0]", "x");
    expected.put("s.names[1]", "y");
    expected.put("s.byDomain.b.bands", "1");
    expected.put("s.byDomain.b.rows", "2");
    expected.put("s.byDomain.b.shingle", "3");
    expected.put("s.byDomain.b.similarityMin", "0.0");
    expected.put("s.byDomain.b.uris", "false");
    expected.put("s.byDomain.b.expectedDocuments", "4");
    expected.put("s.byDomain.a.bands", "5");
    expected.put("s.byDomain.a.rows", "6");
    expected.put("s.byDomain.a.shingle", "7");
    expected.put("s.byDomain.a.similarityMin", "0.0");
    expected.put("s.byDomain.a.uris", "false");
    expected.put("s.byDomain.a.expectedDocuments", "8");
    assertEquals(expected, RefinerySettings.of(Map.of("s", section)).values());
  }

  private record Run(RefineryConfig refinery, HeldOutConfig heldOut) {}

  private static RefinerySettings settings(String yaml) {
    Run run = RunFile.parse(yaml, "run.yaml", Run.class).value();
    return RefinerySettings.of(run.refinery(), run.heldOut());
  }

  @Test
  void aDefaultThatIsSpelledOutChangesNothing() {
    assertEquals(
        settings("").fingerprint(),
        settings("{refinery: {dedup: {bands: 14}}, heldOut: {seed: 0}}").fingerprint());
  }

  @Test
  void everyThresholdChangesTheFingerprint() {
    String usual = settings("").fingerprint();
    assertNotEquals(usual, settings("refinery: {dedup: {rows: 5}}").fingerprint());
    assertNotEquals(usual, settings("refinery: {stages: [pii]}").fingerprint());
    assertNotEquals(usual, settings("refinery: {gopherQuality: {wordsMin: 7}}").fingerprint());
    assertNotEquals(usual, settings("heldOut: {fraction: 0.5}").fingerprint());
    assertNotEquals(usual, settings("refinery: {domains: {code: {stages: [pii]}}}").fingerprint());
    assertEquals(16, usual.length());
  }

  @Test
  void thresholdsOfAStageThatNoListHasDecideNothing() {
    RefinerySettings usual = settings("");
    assertEquals(usual, settings("refinery: {c4: {sentencesMin: 3}, code: {lineLengthMax: 7}}"));
    assertEquals(usual, settings("refinery: {domains: {code: {fineweb: {listRatioMax: 1}}}}"));
    String listed = "refinery: {domains: {code: {stages: [c4]}}, c4: {sentencesMin: %d}}";
    assertNotEquals(settings(listed.formatted(5)), settings(listed.formatted(3)));
    // Recorded when there were no such stages.
    assertTrue(usual.values().keySet().stream().noneMatch(path -> path.contains(".c4")));
  }

  @Test
  void evaluationSetsMayBeAddedWhileAPrefixLives(@TempDir Path folder) throws IOException {
    Path exam = Files.writeString(folder.resolve("exam.txt"), "questions");
    String none = "refinery: {stages: [contamination], contamination: {ngram: %d}}";
    String one = "refinery: {stages: [contamination], contamination: {sets: {exam: %s}}}";
    assertEquals(settings(none.formatted(13)), settings(one.formatted(exam)));
    assertNotEquals(settings(none.formatted(13)), settings(none.formatted(8)));
  }

  @Test
  void aListCountsByItsContent(@TempDir Path folder) throws IOException {
    Path words = Files.writeString(folder.resolve("words.txt"), "mill\n");
    Path copy = Files.writeString(folder.resolve("copy.txt"), "mill\n");
    String yaml = "refinery: {stages: [url], url: {words: %s}}";
    RefinerySettings before = settings(yaml.formatted(words));
    assertEquals(before, settings(yaml.formatted(copy)));
    Files.writeString(words, "wheel\n");
    assertNotEquals(before, settings(yaml.formatted(words)));
  }

  @Test
  void aClassifierCountsByItsContent(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.classifier"), "mill");
    for (String yaml :
        List.of(
            "refinery: {stages: [quality-classifier], qualityClassifier: {file: %s}}",
            "refinery: {stages: [toxicity], toxicity: {classifier: %s}}",
            "refinery: {stages: [toxicity], toxicity: {words: %s}}")) {
      Files.writeString(file, "mill");
      RefinerySettings before = settings(yaml.formatted(file));
      assertEquals(before, settings(yaml.formatted(file)));
      Files.writeString(file, "wheel");
      assertNotEquals(before, settings(yaml.formatted(file)), yaml);
    }
  }

  @Test
  void kindsOfPersonalDataThatNobodyAskedForAreNoSettings() {
    List<String> paths =
        settings("").values().keySet().stream()
            .filter(path -> path.startsWith("refinery.pii"))
            .toList();
    // As they were when these were all the kinds: a prefix from then goes on.
    assertEquals(
        List.of("refinery.pii.kinds[0]", "refinery.pii.kinds[1]", "refinery.pii.kinds[2]"), paths);
    assertEquals("IPV6", settings("").values().get("refinery.pii.kinds[2]"));
    assertNotEquals(
        settings("").fingerprint(),
        settings("refinery: {pii: {phoneRegions: [US]}}").fingerprint());
  }

  @Test
  void theSizeOfTheIndexDecidesNothing() {
    assertEquals(
        settings("").fingerprint(),
        settings("refinery: {dedup: {expectedDocuments: 7}}").fingerprint());
  }

  @Test
  void noSettingHasTheTextOfAnObject() {
    settings("refinery: {domains: {code: {stages: [pii]}}}")
        .values()
        .forEach((path, value) -> assertFalse(value.matches(".*[@\\[].*"), path + "=" + value));
  }

  @Test
  void aDifferenceIsNamedWithBothValues() {
    RefinerySettings before = settings("");
    assertDoesNotThrow(() -> settings("").mustEqual(before, TOPICS));
    RefinerySettings.OtherSettingsException refused =
        assertThrows(
            RefinerySettings.OtherSettingsException.class,
            () -> settings("{refinery: {dedup: {bands: 20, rows: 5}}}").mustEqual(before, TOPICS));
    assertEquals(
        "topic prefix test. was refined with other settings (refinery.dedup.bands was 14, is 20; refinery.dedup.rows was 8, is 5): use another topicPrefix for these",
        refused.getMessage());
  }
}
