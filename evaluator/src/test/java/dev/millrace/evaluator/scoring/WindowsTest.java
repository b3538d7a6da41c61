package dev.millrace.evaluator.scoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WindowsTest {
  /**
   * The values that lm-evaluation-harness expects of {@code get_rolling_token_windows} in its tests
   * (test_utils.py, v1): 34 tokens, 10 at once, context of 1.
   */
  @Test
  void cutsAsTheHarnessDoes() {
    List<Window> windows = new Windows(10, 10).rolling(0, 34);
    assertEquals(4, windows.size());
    assertWindow(windows.get(0), -1, 8, 0);
    assertWindow(windows.get(1), 9, 18, 10);
    assertWindow(windows.get(2), 19, 28, 20);
    assertWindow(windows.get(3), 23, 32, 30); // Full, with seven tokens of context too many.
  }

  /** The same with a context of 8 (v2), that is a stride of 3. */
  @Test
  void cutsAsTheHarnessDoesWithMoreContext() {
    List<Window> windows = new Windows(10, 3).rolling(0, 34);
    assertEquals(9, windows.size());
    assertWindow(windows.get(0), -1, 8, 0);
    assertWindow(windows.get(1), 2, 11, 10);
    assertWindow(windows.get(2), 5, 14, 13);
    assertWindow(windows.get(8), 23, 32, 31);
  }

  /** One new token a window (v4). */
  @Test
  void cutsAsTheHarnessDoesWithAStrideOfOne() {
    List<Window> windows = new Windows(10, 1).rolling(0, 30);
    assertEquals(21, windows.size());
    assertWindow(windows.get(1), 0, 9, 10);
    assertWindow(windows.get(20), 19, 28, 29);
  }

  /** By the inputs of the harness, which stand one place before the tokens that they foretell. */
  private static void assertWindow(Window window, int firstInput, int lastInput, int firstScored) {
    assertEquals(new Window(0, firstInput + 1, lastInput + 2, firstScored, lastInput + 2), window);
  }

  @Test
  void aShortDocumentIsOneShortWindow() {
    assertEquals(List.of(new Window(3, 0, 2, 0, 2)), new Windows(4, 1).rolling(3, 2));
    assertEquals(List.of(new Window(3, 0, 2, 0, 2)), new Windows(4, 2).around(3, 2));
  }

  @Test
  void aDocumentOfExactlyTheContextIsOneWindow() {
    assertEquals(List.of(new Window(0, 0, 4, 0, 4)), new Windows(4, 2).rolling(0, 4));
  }

  @Test
  void anEmptyDocumentHasNoWindow() {
    assertEquals(List.of(), new Windows(4, 4).rolling(0, 0));
    assertEquals(List.of(), new Windows(4, 4).around(0, 0));
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
      for (Window window : new Windows(context, stride).rolling(0, tokens)) {
        assertEquals(next, window.scoredFrom());
        assertEquals(window.to(), window.scoredTo());
        assertTrue(window.from() == 0 || window.length() == context);
        assertTrue(window.from() == 0 || window.scoredTo() - window.scoredFrom() <= stride);
        next = window.to();
      }
      assertEquals(tokens, next);
      next = 0;
      for (Window window : new Windows(context, stride).around(0, tokens)) {
        assertEquals(next, window.scoredFrom());
        assertEquals(Math.min(context, tokens), window.length());
        assertTrue(window.scoredTo() - window.scoredFrom() <= stride);
        int before = window.scoredFrom() - window.from();
        int after = window.to() - window.scoredTo();
        boolean inside = window.from() > 0 && window.to() < tokens;
        assertTrue(!inside || Math.abs(before - after) <= 1, window.toString());
        next = window.scoredTo();
      }
      assertEquals(tokens, next);
    }
  }

  /** Ten tokens, six at once, two scored: two on either side, and more before the last ones. */
  @Test
  void marginsAreEqualButAtTheEndsOfTheText() {
    assertEquals(
        List.of(
            new Window(0, 0, 6, 0, 2),
            new Window(0, 0, 6, 2, 4),
            new Window(0, 2, 8, 4, 6),
            new Window(0, 4, 10, 6, 8),
            new Window(0, 4, 10, 8, 10)),
        new Windows(6, 2).around(0, 10));
  }

  @Test
  void refusesAStrideThatWouldSkipTokens() {
    assertThrows(IllegalArgumentException.class, () -> new Windows(4, 5));
    assertThrows(IllegalArgumentException.class, () -> new Windows(4, 0));
    assertThrows(IllegalArgumentException.class, () -> new Windows(0, 1));
  }
}
