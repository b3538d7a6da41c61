package dev.millrace.refinery.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LineCountsTest {
  private final LineCounts counts = new LineCounts();

  /** Against a plain map, with many hashes that want the same slots. */
  @Test
  void countsAsAPlainMapWhateverComesAndGoes() {
    SplittableRandom random = new SplittableRandom(7);
    Map<Long, Integer> plain = new HashMap<>();
    List<Long> there = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      boolean full = there.size() > 3_000;
      if (there.isEmpty() || (!full && random.nextInt(5) < 3)) {
        long hash = random.nextInt(2_000) * (random.nextBoolean() ? 1L : 1L << 32);
        counts.add(hash);
        plain.merge(hash, 1, Integer::sum);
        there.add(hash);
      } else {
        int index = random.nextInt(there.size());
        long hash = there.get(index);
        there.set(index, there.get(there.size() - 1));
        there.remove(there.size() - 1);
        counts.remove(hash);
        plain.merge(hash, -1, Integer::sum);
      }
    }
    assertTrue(plain.size() > 1_000);
    plain.forEach((hash, count) -> assertEquals(count, counts.get(hash)));
    assertEquals(0, counts.get(-77));
  }

  @Test
  void aLineThatWasNeverThereCannotLeave() {
    counts.add(1);
    assertThrows(IllegalStateException.class, () -> counts.remove(2));
  }
}
