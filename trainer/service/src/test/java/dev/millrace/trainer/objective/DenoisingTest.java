package dev.millrace.trainer.objective;

import static dev.millrace.trainer.objective.SentencePairTest.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DenoisingTest {
  private static final Ends ENDS = new Ends(-1, -2);
  private static final Noise DOUBLED =
      (tokens, draws) -> IntStream.concat(Arrays.stream(tokens), Arrays.stream(tokens)).toArray();

  @Test
  void theDecoderWritesTheWholeTextFromTheSpoiltOne() {
    Denoising example = of(text(new int[] {5, 6}, new int[] {7}), 100);
    assertArrayEquals(new int[] {-1, 5, 6, 5, 6, -2, 7, 7, -2}, example.spoilt());
    assertArrayEquals(new int[] {-2, -1, 5, 6, -2, 7}, example.written());
    assertArrayEquals(new int[] {-1, 5, 6, -2, 7, -2}, example.labels());
    assertEquals(4 + Denoising.MARKS, example.labels().length);
  }

  /** That a sequence was cut there is nothing to learn. */
  @Test
  void theMarkAfterADocumentThatGoesOnIsNoTarget() {
    Text cut =
        new Text(
            List.of(
                new Text.Part("a", new int[] {5, 6}, false),
                new Text.Part("b", new int[] {7}, true),
                new Text.Part("c", new int[] {8}, false)));
    assertArrayEquals(new int[] {-1, 5, 6, -100, 7, -2, 8, -100}, of(cut, 100).labels());
    assertArrayEquals(new int[] {-2, -1, 5, 6, -2, 7, -2, 8}, of(cut, 100).written());
  }

  @Test
  void aSpoiltTextThatGrewIsCutBeforeItsLastMark() {
    Text text = text(new int[] {5, 6}, new int[] {7});
    assertArrayEquals(new int[] {-1, 5, 6, 5, -2}, of(text, 5).spoilt());
    assertArrayEquals(of(text, 100).labels(), of(text, 5).labels());
  }

  private static Denoising of(Text text, int spoiltMax) {
    return Denoising.of(text, DOUBLED, spoiltMax, ENDS, Draws.of(1, 1));
  }
}
