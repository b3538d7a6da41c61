package dev.millrace.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnigramModelTest {
  @Test
  void addsOneToEveryCount() {
    UnigramModel model = new UnigramModel(3);
    for (int token : new int[] {0, 0, 0, 1}) model.count(token);
    // p(0) = 4/7, p(1) = 2/7, p(2) = 1/7; ((4/7)^3 * 2/7)^(-1/4).
    assertEquals(Math.pow(64.0 / 343 * 2 / 7, -0.25), model.perplexity(), 1e-12);
  }

  @Test
  void hasNothingToSayOfNothing() {
    assertTrue(Double.isNaN(new UnigramModel(3).perplexity()));
  }
}
