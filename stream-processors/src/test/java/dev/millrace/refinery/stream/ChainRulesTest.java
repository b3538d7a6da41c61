package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millrace.refinery.RefineryChain;
import dev.millrace.refinery.RefineryConfig;
import dev.millrace.refinery.dedup.DedupConfig;
import dev.millrace.refinery.dedup.DocumentSigner;
import dev.millrace.refinery.lines.LineWindows;
import dev.millrace.refinery.lines.SeenLines;
import dev.millrace.refinery.stream.DocumentRules.Ruling;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Defaults;
import dev.millrace.runtime.config.RunFile;
import dev.millrace.schemas.DedupSignature;
import dev.millrace.schemas.DroppedDocument;
import dev.millrace.schemas.Origin;
import dev.millrace.schemas.RawDocument;
import dev.millrace.schemas.RefinedDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainRulesTest {
  private static final Origin ORIGIN = new Origin(3, 77);

  private record Run(RefineryConfig refinery) {}

  private static final DedupConfig DEDUP = Defaults.of(DedupConfig.class);

  private final ChainRules rules =
      new ChainRules(
          new RefineryChain(
              RunFile.parse(
                      "refinery: {stages: [normalisation, gopher-quality, pii]}",
                      "run.yaml",
                      Run.class)
                  .value()
                  .refinery()),
          DEDUP);

  @Test
  void whatTheChainKeepsBecomesACandidateWithEverythingThatIsKnownOfIt() {
    String text =
        "The people of this house have to be heard with care, and that is all. ".repeat(6);
    RawDocument raw =
        PlainRules.raw("id", "speeches", text + "Write to someone@mail.parliament.uk.");
    raw.setUri("https://example.org/a");
    raw.setMetadata(Map.of("archive", "one", "licence", "free"));
    Ruling.Kept kept = assertInstanceOf(Ruling.Kept.class, rules.judge(raw, ORIGIN));
    RefinedDocument candidate = kept.candidate();
    assertEquals("id", candidate.getId());
    assertEquals("speeches", candidate.getDomain());
    assertEquals("https://example.org/a", candidate.getUri());
    assertFalse(candidate.getText().contains("someone@mail.parliament.uk"));
    assertEquals(Map.of("email", 1), candidate.getRedactions());
    assertEquals(93, candidate.getSignals().get("gopher-quality.words-min"));
    assertEquals(ORIGIN.position(), candidate.getOrigin());
    assertEquals(Map.of("archive", "one", "licence", "free"), candidate.getMetadata());
    assertEquals(
        ContentHash.of(Words.of(candidate.getText())),
        ContentHash.of(candidate.getContentHash().bytes()));
  }

  @Test
  void theKeysOfWhatItKeepsAreThoseThatItsCandidateWouldBeSignedWith() {
    String text = "The people of this house have to be heard with care at 10 o'clock. ".repeat(8);
    RawDocument raw = PlainRules.raw("id", "speeches", "Ask me@mail.parliament.uk.\r\n" + text);
    Ruling.Kept kept = assertInstanceOf(Ruling.Kept.class, rules.judge(raw, ORIGIN));
    DedupSignature signed = new DocumentSigner(DEDUP).sign(new Origin(0, 0), kept.candidate());
    assertArrayEquals(signed.keys(), kept.keys().orElseThrow());
  }

  @Test
  void whatTheChainDropsSaysByWhichRuleAndHow() {
    Ruling.Dropped dropped =
        assertInstanceOf(
            Ruling.Dropped.class,
            rules.judge(PlainRules.raw("id", "speeches", "Too few words."), ORIGIN));
    DroppedDocument document = dropped.document();
    assertEquals("id", document.getId());
    assertEquals("speeches", document.getDomain());
    assertEquals("gopher-quality", document.getStage());
    assertEquals("gopher-quality.words-min", document.getRule());
    assertEquals(3, document.getMeasured());
    assertEquals(50, document.getThreshold());
    assertNull(document.getDuplicateOf());
    assertEquals(ORIGIN.position(), document.getOrigin());
  }

  @Test
  void linesOfEarlierDocumentsAreSeenAndItsOwnAreToldForLaterOnes() {
    String yaml = "refinery: {stages: [line-dedup], lineDedup: {seenMax: 1, window: 1000}}";
    Rulebook rulebook = Rulebook.of(RunFile.parse(yaml, "run.yaml", Run.class).value().refinery());
    LineWindows seen = new LineWindows(rulebook.lineWindow().orElseThrow(), (key, page) -> {});
    DocumentRules rules = rulebook.rules().apply(seen);
    String notice = "All rights are reserved here.";
    for (int i = 0; i < 2; i++) {
      Ruling ruling = rules.judge(PlainRules.raw("id", "d", notice), ORIGIN);
      assertInstanceOf(Ruling.Kept.class, ruling);
      seen.add("d", ruling.lines());
    }
    RawDocument third = PlainRules.raw("id", "d", notice + "\nAnd this is a text of its own.");
    Ruling.Kept kept = assertInstanceOf(Ruling.Kept.class, rules.judge(third, ORIGIN));
    assertEquals("And this is a text of its own.", kept.candidate().getText());
    Ruling.Dropped dropped =
        assertInstanceOf(
            Ruling.Dropped.class, rules.judge(PlainRules.raw("id", "d", notice), ORIGIN));
    assertEquals("line-dedup.characters-kept-min", dropped.document().getRule());
  }

  @Test
  void aDropNamesTheEvaluationSet(@TempDir Path folder) throws IOException {
    String exam = "which of these four rivers of the north carries the most water in spring";
    Files.writeString(folder.resolve("exam.txt"), exam);
    String yaml = "refinery: {stages: [contamination], contamination: {sets: {exam: exam.txt}}}";
    RefineryChain chain =
        new RefineryChain(RunFile.parse(yaml, "run.yaml", Run.class).value().refinery().in(folder));
    for (RefineryChain one : List.of(chain, chain.again(SeenLines.NONE))) {
      Ruling.Dropped dropped =
          assertInstanceOf(
              Ruling.Dropped.class,
              new ChainRules(one, DEDUP).judge(PlainRules.raw("id", "speeches", exam), ORIGIN));
      assertEquals("contamination.ngram", dropped.document().getRule());
      assertEquals("exam", dropped.document().getDetail());
    }
  }

  @Test
  void theSameDocumentGivesTheSameBytesInAnyProcess() {
    RawDocument raw = PlainRules.raw("id", "speeches", "word ".repeat(60));
    raw.setMetadata(Map.of("c", "3", "a", "1", "b", "2"));
    Ruling.Kept kept =
        assertInstanceOf(
            Ruling.Kept.class,
            new ChainRules(
                    new RefineryChain(
                        RunFile.parse("refinery: {stages: [pii]}", "run.yaml", Run.class)
                            .value()
                            .refinery()),
                    DEDUP)
                .judge(raw, ORIGIN));
    assertEquals("[a, b, c]", kept.candidate().getMetadata().keySet().toString());
  }
}
