package dev.millrace.refinery.lines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.millrace.refinery.lines.LineDedup.Unit;
import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineDedupTest {
  private static final String NOTICE = "All rights are reserved here.";

  private final LineWindows seen = new LineWindows(domain -> 1_000, (key, page) -> {});

  @Test
  void aLineIsRemovedWhenMoreThanSoManyDocumentsHadIt() {
    LineDedup rules = new LineDedup(Unit.LINE, 3, 2, 1_000, 0);
    String page = "A text of its own, number %s.\n" + NOTICE;
    assertEquals(page.formatted("a"), pass(rules, page.formatted("a")));
    assertEquals(page.formatted("b"), pass(rules, page.formatted("b")));
    assertEquals(page.formatted("c"), pass(rules, page.formatted("c")));
    assertEquals("A text of its own, number d.", pass(rules, page.formatted("d")));
  }

  @Test
  void caseAndPunctuationAndNumbersDoNotTellLinesApart() {
    LineDedup rules = new LineDedup(Unit.LINE, 3, 1, 1_000, 0);
    for (String line : new String[] {"Page 1 of 20", "page 2 of 20!"}) pass(rules, line);
    assertEquals("", pass(rules, "PAGE 17 of 300"));
  }

  @Test
  void aLineThatOneDocumentRepeatsCountsOnce() {
    LineDedup rules = new LineDedup(Unit.LINE, 3, 1, 1_000, 0);
    pass(rules, (NOTICE + "\n").repeat(50));
    assertEquals(NOTICE, pass(rules, NOTICE));
    assertEquals("", pass(rules, NOTICE));
  }

  @Test
  void aLineOfFewWordsIsLeftAlone() {
    LineDedup rules = new LineDedup(Unit.LINE, 3, 1, 1_000, 0);
    for (int i = 0; i < 5; i++) assertEquals("} // end", pass(rules, "} // end"));
  }

  @Test
  void paragraphsAreComparedAsAWhole() {
    LineDedup rules = new LineDedup(Unit.PARAGRAPH, 3, 1, 1_000, 0);
    String paragraph = "Two lines that\nbelong to each other.";
    for (String own : new String[] {"one", "two"}) pass(rules, paragraph + "\n\nMy own " + own);
    assertEquals("My own text\n\nis here", pass(rules, paragraph + "\n\n\nMy own text\n\nis here"));
    assertEquals(
        "Two lines that\nbelong to nobody.", pass(rules, "Two lines that\nbelong to nobody."));
  }

  @Test
  void aTextWithTooLittleLeftIsDroppedAndOneWithJustEnoughIsNot() {
    LineDedup rules = new LineDedup(Unit.LINE, 3, 1, 1_000, 0.5);
    String common = "these are ten"; // 13 code points.
    pass(rules, common);
    pass(rules, common);
    // The line feed goes with the line that it ends: 14 of 28 are left, then 13 of 27.
    Verdict kept = judge(rules, common + "\n" + "fourteen stay.");
    assertEquals("fourteen stay.", assertInstanceOf(Verdict.KeepChanged.class, kept).text().text());
    assertEquals(Map.of("line-dedup.characters-kept-min", 0.5), kept.signals());
    Verdict.Drop drop =
        assertInstanceOf(Verdict.Drop.class, judge(rules, common + "\n" + "thirteen only"));
    assertEquals("line-dedup.characters-kept-min", drop.rule());
    assertEquals(13 / 27.0, drop.measured(), 1e-12);
    assertEquals(0.5, drop.threshold());
  }

  @Test
  void aTextThatLosesNothingStaysAsItIs() {
    String text = "  as it came \n\n with its spaces \n";
    RefinedText before = RefinedText.of(SourceDocument.ofText("id", "d", text), text);
    Stage stage = new LineDedup(Unit.LINE, 3, 5, 1_000, 0.2).stage(new LineNotes(seen));
    Verdict verdict = stage.judge(before);
    assertSame(before, assertInstanceOf(Verdict.KeepChanged.class, verdict).text());
  }

  @Test
  void theLinesOfADroppedDocumentAreNotedToo() {
    LineNotes notes = new LineNotes(SeenLines.NONE);
    new LineDedup(Unit.LINE, 3, 5, 1_000, 0.2).stage(notes).judge(text(NOTICE + "\n" + NOTICE));
    assertEquals(1, notes.take().length);
    assertArrayEquals(new long[0], notes.take());
  }

  private String pass(LineDedup rules, String text) {
    return assertInstanceOf(Verdict.KeepChanged.class, judge(rules, text)).text().text();
  }

  private Verdict judge(LineDedup rules, String text) {
    LineNotes notes = new LineNotes(seen);
    Verdict verdict = rules.stage(notes).judge(text(text));
    seen.add("d", notes.take());
    return verdict;
  }

  private static RefinedText text(String text) {
    return RefinedText.of(SourceDocument.ofText("id", "d", text), text);
  }
}
