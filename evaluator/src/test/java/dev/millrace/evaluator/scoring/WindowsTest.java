package dev.millrace.evaluator.scoring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowsTest {
  /**
   * The values that lm-evaluation-harness expects of {@code get_rolling_token_windows} in its tests
   * (test_utils.py, v1): 34 tokens, 10 at once, context of 1.
   */
  @Test
  void cutsAsTheHarnessDoes() {
    List<Window> windows = new Windows(10, 10).of(0, 34);
    assertEquals(4, windows.size());
    assertWindow(windows.get(0), -1, 8, 0);
    assertWindow(windows.get(1), 9, 18, 10);
    assertWindow(windows.get(2), 19, 28, 20);
    assertWindow(windows.get(3), 23, 32, 30); // Full, with seven tokens of context too many.
  }

  /** The same with a context of 8 (v2), that is a stride of 3. */
  @Test
  void cutsAsTheHarnessDoesWithMoreContext() {
    List<Window> windows = new Windows(10, 3).of(0, 34);
    assertEquals(9, windows.size());
    assertWindow(windows.get(0), -1, 8, 0);
    assertWindow(windows.get(1), 2, 11, 10);
    assertWindow(windows.get(2), 5, 14, 13);
    assertWindow(windows.get(8), 23, 32, 31);
  }

  /** One new token a window (v4). */
  @Test
  void cutsAsTheHarnessDoesWithAStrideOfOne() {
    List<Window> windows = new Windows(10, 1).of(0, 30);
    assertEquals(21, windows.size());
    assertWindow(windows.get(1), 0, 9, 10);
    assertWindow(windows.get(20), 19, 28, 29);
  }

  /** Inputs are consecutive numbers, end-of-text counting as -1; the targets follow them. */
  private static void assertWindow(Window window, int firstInput, int lastInput, int firstScored) {
    int[] tokens = IntStream.range(0, 34).toArray();
    assertArrayEquals(
        IntStream.rangeClosed(firstInput, lastInput).toArray(), window.inputs(tokens, -1));
    int[] targets =
        IntStream.rangeClosed(firstInput + 1, lastInput + 1)
            .map(t -> t < firstScored ? TokenNll.IGNORED : t)
            .toArray();
    assertArrayEquals(targets, window.targets(tokens));
  }

  @Test
  void aShortDocumentIsOneShortWindow() {
    assertEquals(List.of(new Window(3, 0, 2, 2)), new Windows(4, 1).of(3, 2));
    int[] tokens = {7, 8};
    assertArrayEquals(new int[] {99, 7}, new Window(3, 0, 2, 2).inputs(tokens, 99));
    assertArrayEquals(tokens, new Window(3, 0, 2, 2).targets(tokens));
  }

  @Test
  void aDocumentOfExactlyTheContextIsOneWindow() {
    assertEquals(List.of(new Window(0, 0, 4, 4)), new Windows(4, 2).of(0, 4));
  }

  @Test
  void anEmptyDocumentHasNoWindow() {
    assertEquals(List.of(), new Windows(4, 4).of(0, 0));
  }

  @Test
  void scoresEveryTokenOnceInOrderWhateverTheLengths() {
    long seed = 11;
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 500; round++) {
      int context = random.nextInt(1, 40);
      int stride = random.nextInt(1, context + 1);
      int tokens = random.nextInt(200);
      int next = 0;
      for (Window window : new Windows(context, stride).of(0, tokens)) {
        assertEquals(next, window.to() - window.scored());
        assertTrue(window.length() <= context);
        assertTrue(window.from() == 0 || window.length() == context);
        assertTrue(window.from() == 0 || window.scored() <= stride);
        next = window.to();
      }
      assertEquals(tokens, next);
    }
  }

  @Test
  void refusesAStrideThatWouldSkipTokens() {
    assertThrows(IllegalArgumentException.class, () -> new Windows(4, 5));
    assertThrows(IllegalArgumentException.class, () -> new Windows(4, 0));
    assertThrows(IllegalArgumentException.class, () -> new Windows(0, 1));
  }
}
