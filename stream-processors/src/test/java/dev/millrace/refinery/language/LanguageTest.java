package dev.millrace.refinery.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.refinery.language.LanguageIdentifier.Identified;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LanguageTest {
  private static final Language ENGLISH = new Language(List.of("en"), 0.5, 100);

  private static Verdict judge(Language config, String language, double score) {
    String text = "a text";
    return config
        .stage(any -> new Identified(language, score))
        .judge(RefinedText.of(SourceDocument.ofText("id", "d", text), text));
  }

  @Test
  void labelsAndKeepsAnAllowedLanguageAtTheLowestScore() {
    Verdict.KeepChanged kept =
        assertInstanceOf(Verdict.KeepChanged.class, judge(ENGLISH, "en", 0.5));
    assertEquals("en", kept.text().language());
    assertEquals(0.5, kept.signals().get("language.score-min"));
    assertEquals(0.0, kept.signals().get("language.not-allowed"));
  }

  @Test
  void dropsALanguageThatIsNotAllowed() {
    Verdict.Drop drop = assertInstanceOf(Verdict.Drop.class, judge(ENGLISH, "de", 0.9));
    assertEquals("language.not-allowed", drop.rule());
    assertEquals(0.9, drop.measured());
    assertEquals(0, drop.threshold());
  }

  @Test
  void dropsWhatItIsNotSureOf() {
    Verdict.Drop drop = assertInstanceOf(Verdict.Drop.class, judge(ENGLISH, "en", 0.49));
    assertEquals("language.score-min", drop.rule());
    assertEquals(0.49, drop.measured());
    assertEquals(0.5, drop.threshold());
  }

  @Test
  void allowsEveryLanguageWhereNoneIsNamed() {
    Language all = new Language(List.of(), 0.5, 100);
    assertInstanceOf(Verdict.KeepChanged.class, judge(all, "de", 0.9));
  }

  @Test
  void looksAtTheBeginningOnly() {
    Language config = new Language(List.of("en"), 0, 4);
    String text = "0123456789";
    Verdict verdict =
        config
            .stage(seen -> new Identified("en", seen.length() / 10.0))
            .judge(RefinedText.of(SourceDocument.ofText("id", "d", text), text));
    assertEquals(0.4, verdict.signals().get("language.score-min"));
  }

  @Test
  void refusesNamesThatAreNoCodes() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new Language(List.of("english"), 0.5, 100));
    assertEquals("allowed takes two-letter codes such as en: english", e.getMessage());
  }
}
