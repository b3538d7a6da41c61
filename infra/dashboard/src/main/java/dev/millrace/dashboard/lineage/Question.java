package dev.millrace.dashboard.lineage;

import java.io.IOException;

/** What may be asked of a {@link Lineage}. */
public sealed interface Question {
  /**
   * Answers it with a line for each thing that there is.
   *
   * @param most of each kind of thing: so many lines are enough, and what they do not need is not
   *     read
   */
  Answer ask(Lineage lineage, int most) throws IOException;

  /** What an answer without any line means. */
  String nothing();

  /** Which documents fed a step. */
  record OfStep(long step) implements Question {
    @Override
    public Answer ask(Lineage lineage, int most) throws IOException {
      return lineage.step(step, most);
    }

    @Override
    public String nothing() {
      return "the run has no step " + step;
    }
  }

  /** Which steps a document fed, and what has seen it. */
  record OfDocument(String id) implements Question {
    @Override
    public Answer ask(Lineage lineage, int most) throws IOException {
      return lineage.document(id, most);
    }

    @Override
    public String nothing() {
      return "nothing of document " + id + " is in the curriculum";
    }
  }

  /**
   * What an evaluation is of.
   *
   * @param offset in {@code evaluations}
   */
  record OfEvaluation(long offset) implements Question {
    @Override
    public Answer ask(Lineage lineage, int most) throws IOException {
      return lineage.evaluation(offset);
    }

    @Override
    public String nothing() {
      return "no evaluation of the run is at offset " + offset;
    }
  }
}
