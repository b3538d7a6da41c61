package dev.millrace.trainer;

import static dev.millrace.model.Graph.IGNORED;

import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A sequence as the model sees it: at each place a token and the one that follows. Where a document
 * was cut, what follows in the sequence belongs to another and is no target.
 *
 * @param inputs tokens but the last
 * @param labels tokens but the first, or {@code -100}; as many as inputs
 * @param segments which of the sequence's segments each input is from
 * @param documents ids, by segment
 */
record Row(String domain, int[] inputs, int[] labels, int[] segments, List<String> documents) {

  /**
   * From a sequence.
   *
   * @param vocabularySize token ids are less
   * @param lengthMax the model's context length
   * @throws IllegalArgumentException where the sequence does not fit the model or itself
   */
  static Row of(TokenSequence sequence, int vocabularySize, int lengthMax) {
    int[] tokens = tokens(sequence, vocabularySize);
    int length = Math.max(0, tokens.length - 1);
    if (length > lengthMax) {
      throw new IllegalArgumentException(
          "%d tokens, and the context length is %d".formatted(tokens.length, lengthMax));
    }
    int[] inputs = new int[length];
    int[] labels = new int[length];
    int[] segments = new int[length];
    int[] owners = owners(sequence.getSegments(), tokens.length);
    for (int i = 0; i < length; i++) {
      inputs[i] = tokens[i];
      segments[i] = owners[i];
      labels[i] =
          isTarget(sequence.getSegments(), owners[i], owners[i + 1]) ? tokens[i + 1] : IGNORED;
    }
    List<String> documents = sequence.getSegments().stream().map(Segment::getDocumentId).toList();
    return new Row(sequence.getDomain(), inputs, labels, segments, documents);
  }

  /**
   * The row itself, or as few pieces of about equal length as are short enough. Every input and its
   * label is in exactly one, in order: nothing is lost and nothing comes twice, but a piece sees
   * nothing of those before it.
   *
   * @param lengthMax of a piece
   */
  List<Row> pieces(int lengthMax) {
    if (length() <= lengthMax) return List.of(this);
    int count = (length() + lengthMax - 1) / lengthMax;
    return IntStream.range(0, count)
        .mapToObj(i -> piece(cut(i, count), cut(i + 1, count)))
        .toList();
  }

  private int cut(int piece, int pieces) {
    return (int) ((long) piece * length() / pieces);
  }

  private Row piece(int from, int to) {
    return new Row(
        domain,
        Arrays.copyOfRange(inputs, from, to),
        Arrays.copyOfRange(labels, from, to),
        Arrays.copyOfRange(segments, from, to),
        documents);
  }

  /** Ids of the documents that its inputs are from, in order. */
  List<String> documentsSeen() {
    return Arrays.stream(segments).distinct().mapToObj(documents::get).distinct().toList();
  }

  /** How many labels count. */
  long targetTokens() {
    long count = 0;
    for (int label : labels) if (label != IGNORED) count++;
    return count;
  }

  int length() {
    return inputs.length;
  }

  private static int[] tokens(TokenSequence sequence, int vocabularySize) {
    int[] tokens = sequence.getTokens().stream().mapToInt(Integer::intValue).toArray();
    for (int token : tokens) {
      if (token < 0 || token >= vocabularySize) {
        throw new IllegalArgumentException(
            "token %d, and the vocabulary has %d".formatted(token, vocabularySize));
      }
    }
    return tokens;
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

  /** Across a border only the end of text that begins a document is one. */
  private static boolean isTarget(List<Segment> segments, int owner, int nextOwner) {
    return owner == nextOwner
        || (segments.get(owner).getEndsDocument() && segments.get(nextOwner).getStart() == 0);
  }

  private static IllegalArgumentException ragged(List<Segment> segments, int length) {
    return new IllegalArgumentException(
        "segments of %s tokens in a sequence of %d"
            .formatted(segments.stream().map(Segment::getLength).toList(), length));
  }
}
