package dev.millrace.refinery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Redaction;
import dev.millrace.refinery.text.SourceDocument;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.RunFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RefineryChainTest {
  private static final String ENGLISH =
      "A mill that stands beside a river takes its power from the water, and the water is led to"
          + " the wheel by a narrow channel that people call the race. When the gate is raised the"
          + " current turns the wheel, the wheel turns the stones, and what was corn in the morning"
          + " has become flour by night. Nobody has to push anything for the stones to go round.";

  private final RefineryChain chain = new RefineryChain(Defaults.of(RefineryConfig.class));

  private static Outcome.Dropped dropped(Outcome outcome) {
    return assertInstanceOf(Outcome.Dropped.class, outcome, outcome::toString);
  }

  private static Outcome.Refined refined(Outcome outcome) {
    return assertInstanceOf(Outcome.Refined.class, outcome, outcome::toString);
  }

  private static SourceDocument page(String html) {
    return new SourceDocument(
        "id",
        "web",
        Optional.of("http://mill.io/"),
        "text/html",
        Optional.empty(),
        html.getBytes(UTF_8),
        Map.of("archive", "a.warc"));
  }

  @Test
  void refinesAPage() {
    Outcome.Refined refined =
        refined(
            chain.judge(
                page(
                    "<nav><a href=/>Home</a></nav><p>"
                        + ENGLISH
                        + "</p><p>Write to the\u00A0miller, miller@corp.io, at 8.8.8.8.</p>")));
    String text = ENGLISH + "\n\nWrite to the miller, email@example.com, at 192.0.2.1.";
    assertEquals(text, refined.text().text());
    assertEquals("en", refined.text().language());
    int start = ENGLISH.length() + 2 + "Write to the miller, ".length();
    assertEquals(new Redaction("email", start, start + 14), refined.text().redactions().get(0));
    assertEquals(Map.of("email", 1, "ipv4", 1), refined.text().redactionCounts());
    assertEquals(ContentHash.of(Words.of(text)), refined.hash());
    assertEquals("a.warc", refined.text().metadata().get("archive"));
  }

  @Test
  void handsOutWhatEveryRuleMeasuredByItsName() {
    Map<String, Double> signals = refined(chain.judge(page("<p>" + ENGLISH))).text().signals();
    assertEquals(68, signals.get("gopher-quality.words-min"));
    assertEquals(68, signals.get("gopher-quality.words-max"));
    assertEquals(0, signals.get("gopher-repetition.duplicate-10-gram"));
    assertTrue(signals.get("language.score-min") > 0.99);
    assertTrue(signals.keySet().stream().allMatch(rule -> rule.matches("[a-z-]+\\.[a-z0-9-]+")));
  }

  @Test
  void stopsAtTheFirstRuleThatFails() {
    Outcome.Dropped dropped =
        dropped(
            chain.judge(SourceDocument.ofText("id", "web", "Viel zu kurz und nicht englisch.")));
    assertEquals("language", dropped.drop().stage());
    assertEquals("language.not-allowed", dropped.drop().rule());
    assertFalse(dropped.text().signals().containsKey("gopher-quality.words-min"));
    assertTrue(dropped.text().signals().containsKey("extraction.empty"));
  }

  @Test
  void judgesEachDomainByItsOwnStages() {
    RefineryConfig config =
        RunFile.parse(
                "domains: {code: {stages: [extraction, pii]}}", "run.yaml", RefineryConfig.class)
            .value();
    RefineryChain own = new RefineryChain(config);
    String code = "int x = 1;\r\n// jo@corp.io\r\n";
    assertEquals(
        "int x = 1;\r\n// email@example.com\r\n",
        refined(own.judge(SourceDocument.ofText("id", "code", code))).text().text());
    dropped(own.judge(SourceDocument.ofText("id", "web", code)));
  }

  @Test
  void judgesByTheNamedStagesOnly() {
    RefineryChain quality = chain.only(Set.of(StageName.GOPHER_QUALITY));
    Outcome.Dropped dropped = dropped(quality.judge(SourceDocument.ofText("id", "web", "Kurz.\r")));
    assertEquals("gopher-quality.words-min", dropped.drop().rule());
    assertEquals(1, dropped.drop().measured());
    assertEquals("Kurz.\r", dropped.text().text());
    refined(chain.only(Set.of()).judge(SourceDocument.ofText("id", "web", "Kurz.")));
  }

  @Test
  void saysTheSameWhateverCameBefore() {
    SourceDocument document = page("<p>" + ENGLISH);
    Outcome.Refined first =
        refined(new RefineryChain(Defaults.of(RefineryConfig.class)).judge(document));
    for (String other : List.of("", "Ein anderer Text.", ENGLISH + ENGLISH)) {
      chain.judge(SourceDocument.ofText("other", "web", other));
    }
    Outcome.Refined later = refined(chain.judge(document));
    assertEquals(first.text().signals(), later.text().signals());
    assertArrayEquals(first.hash().bytes(), later.hash().bytes());
  }

  @Test
  void survivesBytesThatAreNoText() {
    byte[] bytes = new byte[4096];
    new java.util.Random(3).nextBytes(bytes);
    SourceDocument image =
        new SourceDocument(
            "id", "web", Optional.empty(), "image/png", Optional.empty(), bytes, Map.of());
    assertEquals("extraction.undecodable-max", dropped(chain.judge(image)).drop().rule());
  }
}
