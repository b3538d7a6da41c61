package dev.millrace.tokenization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.schemas.Origin;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PieceTest {
  private static final Origin ORIGIN = new Origin(3, 14);

  @Test
  void leavesADocumentWholeThatJustFits() {
    List<Piece> pieces = cut(9, 9);
    assertEquals(1, pieces.size());
    assertEquals(9, pieces.get(0).length());
    assertTrue(pieces.get(0).endsDocument());
    assertFalse(pieces.get(0).continues());
  }

  @Test
  void cutsADocumentThatIsOneTokenTooLong() {
    List<Piece> pieces = cut(10, 9);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, pieces.get(0).tokens());
    assertArrayEquals(new int[] {8, 9}, pieces.get(1).tokens());
    assertEquals(8, pieces.get(1).start());
    assertFalse(pieces.get(0).endsDocument());
    assertTrue(pieces.get(1).endsDocument());
    assertTrue(pieces.get(1).continues());
  }

  /** 9 + 8 tokens fill two sequences: the second one's first token is the first one's last. */
  @Test
  void cutsNoEmptyPieceOffADocumentThatFillsItsSequences() {
    List<Piece> pieces = cut(17, 9);
    assertEquals(List.of(9, 9), pieces.stream().map(Piece::length).toList());
    assertTrue(pieces.get(1).endsDocument());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 9, 10, 17, 18, 25, 100, 1000})
  void makesEveryTokenButTheFirstATargetExactlyOnce(int length) {
    int[] targets = new int[length];
    int fresh = 0;
    for (Piece piece : cut(length, 9)) {
      assertTrue(piece.length() <= 9);
      for (int i = 0; i < piece.length(); i++) {
        assertEquals(piece.start() + i, piece.tokens()[i]);
        if (i > 0) targets[piece.tokens()[i]]++;
      }
      fresh += piece.fresh();
    }
    targets[0]++;
    assertArrayEquals(IntStream.generate(() -> 1).limit(length).toArray(), targets);
    assertEquals(length, fresh);
  }

  @Test
  void keepsWhatIsKnownOfTheDocument() {
    for (Piece piece : Piece.cut("id", ORIGIN, new int[20], 0.25, 9)) {
      assertEquals("id", piece.documentId());
      assertEquals(ORIGIN, piece.origin());
      assertEquals(0.25, piece.quality());
    }
  }

  @Test
  void refusesASequenceWithoutATarget() {
    assertThrows(IllegalArgumentException.class, () -> cut(3, 1));
  }

  @Test
  void refusesADocumentWithoutTokens() {
    assertThrows(IllegalArgumentException.class, () -> cut(0, 9));
  }

  /** Token i of the document is i. */
  private static List<Piece> cut(int length, int capacity) {
    return Piece.cut("d", ORIGIN, IntStream.range(0, length).toArray(), 0.5, capacity);
  }
}
