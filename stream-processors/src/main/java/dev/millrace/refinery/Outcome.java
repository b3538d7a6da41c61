package dev.millrace.refinery;

import dev.millrace.refinery.stage.Verdict;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.RefinedText;

/** What the chain makes of a document. */
public sealed interface Outcome {
  /** The text as the last stage left it, with all signals measured on the way. */
  RefinedText text();

  /** Passed every stage. */
  record Refined(RefinedText text, ContentHash hash) implements Outcome {}

  /** Broke a rule. */
  record Dropped(RefinedText text, Verdict.Drop drop) implements Outcome {}
}
