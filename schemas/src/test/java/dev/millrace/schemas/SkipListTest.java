package dev.millrace.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SkipListTest {
  @Test
  void coversFromTheFirstToBeforeTheNext() {
    SkipList skips = new SkipList();
    skips.add(10, 12);
    assertFalse(skips.cover(9));
    assertTrue(skips.cover(10));
    assertTrue(skips.cover(11));
    assertFalse(skips.cover(12));
  }

  @Test
  void anEmptyRangeIsNone() {
    SkipList skips = new SkipList();
    skips.add(10, 10);
    skips.add(10, 5);
    assertEquals(List.of(), skips.within(0, 100));
  }

  @Test
  void givesWhatLiesWithinAndJoinsWhatTouches() {
    SkipList skips = new SkipList();
    skips.add(10, 20);
    skips.add(30, 40);
    skips.add(20, 25);
    assertEquals(
        List.of(new OrdinalRange(15L, 25L), new OrdinalRange(30L, 31L)), skips.within(15, 31));
    assertEquals(11, skips.count(15, 31));
    skips.add(22, 33);
    assertEquals(List.of(new OrdinalRange(10L, 40L)), skips.within(0, 100));
  }

  @Test
  void isTheSameAsASetOfOrdinals() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      SkipList skips = new SkipList();
      boolean[] set = new boolean[60];
      for (int i = 0; i < 8; i++) {
        int first = random.nextInt(50);
        int next = first + random.nextInt(10);
        skips.add(first, next);
        IntStream.range(first, next).forEach(ordinal -> set[ordinal] = true);
      }
      for (int ordinal = 0; ordinal < set.length; ordinal++) {
        assertEquals(set[ordinal], skips.cover(ordinal), "seed " + seed + ", " + ordinal);
      }
    }
  }
}
