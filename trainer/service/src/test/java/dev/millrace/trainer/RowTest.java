package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowTest {
  private static final int IGNORED = -100;

  static Segment segment(int length, boolean endsDocument) {
    return new Segment("id", new LogPosition(0, 0L), 0, length, endsDocument);
  }

  static TokenSequence sequence(String domain, List<Segment> segments, int... tokens) {
    return new TokenSequence(
        "id", domain, Arrays.stream(tokens).boxed().toList(), segments, 8, Map.of(), "");
  }

  static PackedSequence packed(TokenSequence sequence, int vocabularySize, int lengthMax) {
    return PackedSequence.of(0, sequence, vocabularySize, lengthMax);
  }

  private static Row row(List<Segment> segments, int... tokens) {
    return Row.of(packed(sequence("text", segments, tokens), 10, 6));
  }

  @Test
  void labelsAreTheTokensThatFollow() {
    Row row = row(List.of(segment(5, true)), 0, 5, 6, 7, 8);
    assertArrayEquals(new int[] {0, 5, 6, 7}, row.inputs());
    assertArrayEquals(new int[] {5, 6, 7, 8}, row.labels());
    assertArrayEquals(new int[] {0, 0, 0, 0}, row.segments());
    assertEquals(4, row.example().targetTokens());
  }

  @Test
  void theEndOfADocumentIsAFairTarget() {
    Row row = row(List.of(segment(3, true), segment(3, true)), 0, 5, 6, 0, 7, 8);
    assertArrayEquals(new int[] {5, 6, 0, 7, 8}, row.labels());
    assertArrayEquals(new int[] {0, 0, 0, 1, 1}, row.segments());
  }

  @Test
  void whatFollowsACutIsNoTarget() {
    Row row = row(List.of(segment(3, false), segment(3, true)), 0, 5, 6, 0, 7, 8);
    assertArrayEquals(new int[] {5, 6, IGNORED, 7, 8}, row.labels());
    assertEquals(4, row.example().targetTokens());
  }

  @Test
  void theMiddleOfAnotherDocumentIsNoTarget() {
    Segment middle = new Segment("id", new LogPosition(0, 0L), 7, 3, true);
    Row row = row(List.of(segment(3, true), middle), 0, 5, 6, 7, 8, 9);
    assertArrayEquals(new int[] {5, 6, IGNORED, 8, 9}, row.labels());
  }

  @Test
  void aCutAtTheEndOfTheSequenceTakesNothingAway() {
    assertArrayEquals(new int[] {5, 6}, row(List.of(segment(3, false)), 0, 5, 6).labels());
  }

  @Test
  void aSegmentThatIsOnlyATargetBelongsToNoInput() {
    Row row = row(List.of(segment(2, true), segment(1, false)), 0, 5, 0);
    assertArrayEquals(new int[] {5, 0}, row.labels());
    assertArrayEquals(new int[] {0, 0}, row.segments());
  }

  @Test
  void aSingleTokenHasNoTarget() {
    assertEquals(0, row(List.of(segment(1, true)), 0).length());
  }

  @Test
  void takesTheLongestSequenceThatTheModelTakesAndNoLonger() {
    assertEquals(6, row(List.of(segment(7, true)), 0, 1, 2, 3, 4, 5, 6).length());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> row(List.of(segment(8, true)), 0, 1, 2, 3, 4, 5, 6, 7));
    assertEquals("8 tokens, and a sequence for this model has at most 7", e.getMessage());
  }

  @Test
  void refusesTokensOutsideTheVocabulary() {
    assertThrows(IllegalArgumentException.class, () -> row(List.of(segment(2, true)), 0, 10));
    assertThrows(IllegalArgumentException.class, () -> row(List.of(segment(2, true)), 0, -1));
  }

  @Test
  void refusesSegmentsThatDoNotAddUp() {
    Stream.of(
            List.of(segment(2, true)),
            List.of(segment(4, true)),
            List.of(segment(3, true), segment(0, true)))
        .forEach(
            segments -> assertThrows(IllegalArgumentException.class, () -> row(segments, 0, 5, 6)));
  }

  /** Of every length, and into pieces of every length: nothing lost, nothing twice, in order. */
  @Test
  void piecesHaveEveryInputAndLabelOnce() {
    for (int tokens = 2; tokens <= 40; tokens++) {
      int first = tokens / 2;
      int[] ids = IntStream.range(0, tokens).toArray();
      List<Segment> segments =
          first == 0
              ? List.of(segment(tokens, true))
              : List.of(segment(first, false), segment(tokens - first, true));
      Row row = Row.of(packed(sequence("text", segments, ids), 40, 40));
      for (int lengthMax = 1; lengthMax <= 41; lengthMax++) {
        List<Row> pieces = row.pieces(lengthMax);
        assertArrayEquals(row.inputs(), joined(pieces, Row::inputs));
        assertArrayEquals(row.labels(), joined(pieces, Row::labels));
        assertArrayEquals(row.segments(), joined(pieces, Row::segments));
        assertEquals(
            row.example().targetTokens(),
            pieces.stream().mapToLong(piece -> piece.example().targetTokens()).sum());
        assertEquals((tokens - 2) / lengthMax + 1, pieces.size());
        int longest = pieces.stream().mapToInt(Row::length).max().orElse(0);
        int shortest = pieces.stream().mapToInt(Row::length).min().orElse(0);
        assertTrue(longest <= lengthMax && longest - shortest <= 1, pieces::toString);
      }
    }
  }

  private static int[] joined(List<Row> pieces, Function<Row, int[]> part) {
    return pieces.stream().flatMapToInt(piece -> Arrays.stream(part.apply(piece))).toArray();
  }

  @Test
  void aRowThatIsShortEnoughIsLeftAsItIs() {
    Row row = row(List.of(segment(5, true)), 0, 5, 6, 7, 8);
    assertEquals(List.of(row), row.pieces(4));
    assertEquals(2, row.pieces(3).size());
  }
}
