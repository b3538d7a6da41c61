package dev.millrace.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {
  @Test
  void everyMicrobatchOfEveryStepHasItsOwn() {
    Set<Long> seeds = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      for (long step = 0; step < 100; step++) {
        for (int microbatch = 0; microbatch < 8; microbatch++) {
          seeds.add(Seeds.of(seed, step, microbatch));
        }
      }
    }
    assertEquals(10 * 100 * 8, seeds.size());
  }

  /** A change would break the bitwise resume of every run that exists. */
  @Test
  void staysWhatItWas() {
    assertEquals(0x353248740938d772L, Seeds.of(42, 7, 1));
  }
}
