package dev.millrace.refinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.millrace.refinery.stage.Stage;
import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.RefinedText;
import dev.millrace.refinery.text.SourceDocument;

/** A stage's verdict on a text, and what a test says of it. */
public record Judged(RefinedText text, Verdict verdict) {

  public static Judged by(Stage stage, String text) {
    return by(stage, RefinedText.of(SourceDocument.ofText("id", "d", text), text));
  }

  public static Judged by(Stage stage, RefinedText text) {
    return new Judged(text, stage.judge(text));
  }

  /** That it is kept, and what the rule measured. */
  public void kept(String rule, double measured) {
    assertFalse(verdict instanceof Verdict.Drop, verdict::toString);
    assertEquals(measured, verdict.signals().get(rule), 1e-12);
  }

  /** That it is kept with this text. */
  public void keptAs(String changed) {
    assertFalse(verdict instanceof Verdict.Drop, verdict::toString);
    String kept = verdict instanceof Verdict.KeepChanged keep ? keep.text().text() : text.text();
    assertEquals(changed, kept);
  }

  /** That this rule drops it. */
  public void dropped(String rule, double measured, double threshold) {
    Verdict.Drop drop = assertInstanceOf(Verdict.Drop.class, verdict);
    assertEquals(rule, drop.rule());
    assertEquals(rule.substring(0, rule.indexOf('.')), drop.stage());
    assertEquals(measured, drop.measured(), 1e-12);
    assertEquals(threshold, drop.threshold());
    assertEquals(measured, drop.signals().get(rule), "the rule that failed is a signal");
  }
}
