package dev.millrace.dashboard.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** What may be asked of a {@link Lineage}. */
public sealed interface Question {
  /** Answers it with a line for each thing that there is. */
  List<ObjectNode> ask(Lineage lineage) throws IOException;

  /** What an answer without any line means. */
  String nothing();

  /** Which documents fed a step. */
  record OfStep(long step) implements Question {
    @Override
    public List<ObjectNode> ask(Lineage lineage) throws IOException {
      return lineage.step(step);
    }

    @Override
    public String nothing() {
      return "the run has no step " + step;
    }
  }

  /** Which steps a document fed, and what has seen it. */
  record OfDocument(String id) implements Question {
    @Override
    public List<ObjectNode> ask(Lineage lineage) throws IOException {
      return lineage.document(id);
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
    public List<ObjectNode> ask(Lineage lineage) throws IOException {
      return lineage.evaluation(offset);
    }

    @Override
    public String nothing() {
      return "no evaluation of the run is at offset " + offset;
    }
  }
}
