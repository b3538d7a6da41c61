package dev.millrace.tokenization;

import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Closed bins as records. */
final class Sequences {
  private Sequences() {}

  static TokenSequence of(
      String id, String domain, Bin bin, Map<String, Double> signals, String tokenizer) {
    return new TokenSequence(
        id,
        domain,
        list(bin.tokens()),
        bin.inOrder().stream().map(Sequences::segment).toList(),
        bin.slot().bucket(),
        signals,
        tokenizer);
  }

  static Segment segment(Piece piece) {
    return new Segment(
        piece.documentId(),
        piece.origin().position(),
        piece.start(),
        piece.length(),
        piece.endsDocument());
  }

  static List<Integer> list(int[] tokens) {
    return Arrays.stream(tokens).boxed().toList();
  }
}
