package dev.millrace.refinery.stage;

import dev.millrace.refinery.text.RefinedText;

/** One judgement of a text: thresholds and a pure function. Not to be shared between threads. */
@FunctionalInterface
public interface Stage {
  /** Keeps the text, changes it, or says which rule it breaks. */
  Verdict judge(RefinedText text);
}
