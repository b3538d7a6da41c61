package dev.millrace.curriculum;

import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What is left of a sequence when documents of it were taken back. */
final class Remainder {
  private static final int TOKENS_MIN = 2; // With one there is no target.

  private Remainder() {}

  /**
   * The sequence without those segments and their tokens, else as it was; empty where nothing is
   * left to learn from. Its signals stay those of the whole.
   */
  static Optional<TokenSequence> of(TokenSequence sequence, Predicate<Segment> takenBack) {
    if (sequence.getSegments().stream().noneMatch(takenBack)) return Optional.of(sequence);
    List<Segment> segments = new ArrayList<>();
    List<Integer> tokens = new ArrayList<>();
    int start = 0;
    for (Segment segment : sequence.getSegments()) {
      int end = start + segment.getLength();
      if (!takenBack.test(segment)) {
        segments.add(segment);
        tokens.addAll(sequence.getTokens().subList(start, end));
      }
      start = end;
    }
    if (tokens.size() < TOKENS_MIN) return Optional.empty();
    return Optional.of(
        new TokenSequence(
            sequence.getId(),
            sequence.getDomain(),
            tokens,
            segments,
            sequence.getLengthBucket(),
            sequence.getSignals(),
            sequence.getTokenizer()));
  }
}
