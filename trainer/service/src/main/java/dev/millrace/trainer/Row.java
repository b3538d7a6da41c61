package dev.millrace.trainer;

import static dev.millrace.model.Graph.IGNORED;

import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.Segment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  /** What a causal model sees of a sequence. */
  static Row of(PackedSequence sequence) {
    int[] tokens = sequence.tokens();
    List<Segment> all = sequence.segments();
    int length = Math.max(0, tokens.length - 1);
    int[] inputs = Arrays.copyOf(tokens, length);
    int[] labels = new int[length];
    int[] segments = Arrays.copyOf(sequence.owners(), length);
    for (int i = 0; i < length; i++) {
      boolean target = isTarget(all, sequence.owners()[i], sequence.owners()[i + 1]);
      labels[i] = target ? tokens[i + 1] : IGNORED;
    }
    List<String> documents = all.stream().map(Segment::getDocumentId).toList();
    return new Row(sequence.domain(), inputs, labels, segments, documents);
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

  int length() {
    return inputs.length;
  }

  Example example() {
    return new Example(
        domain,
        documentsSeen(),
        Map.of(Input.INPUT_IDS, inputs, Input.LABELS, labels, Input.SEGMENT_IDS, segments),
        Input.LABELS);
  }

  /** Across a border only the end of text that begins a document is one. */
  private static boolean isTarget(List<Segment> segments, int owner, int nextOwner) {
    return owner == nextOwner
        || (segments.get(owner).getEndsDocument() && segments.get(nextOwner).getStart() == 0);
  }
}
