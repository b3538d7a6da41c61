package dev.millrace.trainer;

import dev.millrace.schemas.CurriculumSequence;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import java.util.List;

/**
 * A sequence of the curriculum, whole and within the model's bounds.
 *
 * @param segments stretches of documents, in order
 * @param owners which of the segments each token is of; as many as tokens
 */
record PackedSequence(
    long ordinal, String domain, int[] tokens, List<Segment> segments, int[] owners) {

  /**
   * From a record.
   *
   * @param vocabularySize token ids are less
   * @param lengthMax tokens but the first, at most
   * @throws IllegalArgumentException where the sequence does not fit the model or itself
   */
  static PackedSequence of(CurriculumSequence record, int vocabularySize, int lengthMax) {
    return of(record.getOrdinal(), record.getSequence(), vocabularySize, lengthMax);
  }

  /** As above, of a sequence that has a place in the curriculum. */
  static PackedSequence of(
      long ordinal, TokenSequence sequence, int vocabularySize, int lengthMax) {
    int[] tokens = sequence.getTokens().stream().mapToInt(Integer::intValue).toArray();
    for (int token : tokens) {
      if (token < 0 || token >= vocabularySize) {
        throw new IllegalArgumentException(
            "token %d, and the vocabulary has %d".formatted(token, vocabularySize));
      }
    }
    if (tokens.length > lengthMax + 1) {
      throw new IllegalArgumentException(
          "%d tokens, and a sequence for this model has at most %d"
              .formatted(tokens.length, lengthMax + 1));
    }
    return new PackedSequence(
        ordinal,
        sequence.getDomain(),
        tokens,
        sequence.getSegments(),
        owners(sequence.getSegments(), tokens.length));
  }

  /** The segment of every token. */
  private static int[] owners(List<Segment> segments, int length) {
    int[] owners = new int[length];
    int at = 0;
    for (int s = 0; s < segments.size(); s++) {
      int end = at + segments.get(s).getLength();
      if (segments.get(s).getLength() < 1 || end > length) throw ragged(segments, length);
      while (at < end) owners[at++] = s;
    }
    if (at != length) throw ragged(segments, length);
    return owners;
  }

  private static IllegalArgumentException ragged(List<Segment> segments, int length) {
    return new IllegalArgumentException(
        "segments of %s tokens in a sequence of %d"
            .formatted(segments.stream().map(Segment::getLength).toList(), length));
  }
}
