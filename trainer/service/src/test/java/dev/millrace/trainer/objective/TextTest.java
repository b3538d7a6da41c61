package dev.millrace.trainer.objective;

import static dev.millrace.trainer.objective.SentencePairTest.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextTest {
  private static final int MARK = -1;

  @Test
  void marksStandBetweenDocuments() {
    Text text = text(new int[] {1, 2}, new int[] {3}, new int[] {4, 5});
    assertEquals(7, text.length());
    assertArrayEquals(new int[] {1, 2, MARK, 3, MARK, 4, 5}, text.tokens(MARK));
    assertArrayEquals(new boolean[] {true, true, false, true, false, true, true}, text.words());
    assertEquals(List.of("d0", "d1", "d2"), text.documents());
    assertEquals(0, new Text(List.of()).length());
  }

  /** Of every length, and into pieces of every length: nothing lost, nothing twice, in order. */
  @Test
  void piecesHaveEveryTokenOnceAndAreShortEnough() {
    for (int tokens = 1; tokens <= 30; tokens++) {
      int[] all = IntStream.range(0, tokens).toArray();
      int first = (tokens + 1) / 2;
      Text text =
          tokens == 1
              ? text(all)
              : text(Arrays.copyOf(all, first), Arrays.copyOfRange(all, first, tokens));
      for (int lengthMax = 1; lengthMax <= 31; lengthMax++) {
        List<Text> pieces = text.pieces(lengthMax);
        int[] joined =
            pieces.stream()
                .flatMap(piece -> piece.parts().stream())
                .flatMapToInt(part -> Arrays.stream(part.tokens()))
                .toArray();
        assertArrayEquals(all, joined);
        int max = lengthMax;
        assertTrue(pieces.stream().allMatch(piece -> piece.length() <= max));
        assertEquals(text.length() <= lengthMax, pieces.equals(List.of(text)));
      }
    }
  }

  @Test
  void onlyTheLastPieceOfADocumentEndsIt() {
    List<Text> pieces = text(IntStream.range(0, 9).toArray()).pieces(3);
    assertEquals(
        List.of(false, false, true),
        pieces.stream().map(piece -> piece.parts().get(0).ends()).toList());
  }

  @Test
  void aDocumentHasTokens() {
    assertThrows(IllegalArgumentException.class, () -> text(new int[0]));
  }
}
