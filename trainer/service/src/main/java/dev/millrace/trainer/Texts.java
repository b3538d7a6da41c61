package dev.millrace.trainer;

import dev.millrace.schemas.Segment;
import dev.millrace.trainer.objective.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a packed sequence has to read. */
final class Texts {
  private Texts() {}

  /**
   * Its documents without the first token of each, which is the end of text before it or, where a
   * document goes on, one that the sequence before had as well. Nothing is lost: objectives that do
   * not go from left to right have marks of their own.
   */
  static Text of(PackedSequence sequence) {
    List<Text.Part> parts = new ArrayList<>();
    int at = 0;
    for (Segment segment : sequence.segments()) {
      int end = at + segment.getLength();
      if (segment.getLength() > 1) {
        int[] tokens = Arrays.copyOfRange(sequence.tokens(), at + 1, end);
        parts.add(new Text.Part(segment.getDocumentId(), tokens, segment.getEndsDocument()));
      }
      at = end;
    }
    return new Text(parts);
  }
}
