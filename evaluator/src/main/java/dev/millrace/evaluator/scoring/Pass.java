package dev.millrace.evaluator.scoring;

/** One row of one document through the model. */
public interface Pass {

  /** The document's number. */
  int document();

  /** Tokens of the longer side, those that stand around the text included. */
  int length();

  /** The row, out of the document's tokens. */
  Row row(int[] tokens);

  /** The place in the document of the row's first label; before the document it is negative. */
  int first();
}
