package dev.millrace.runtime.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class OnlookerTest {
  @Test
  void whatOnlyAddsUpIsSeenFromItsBeginningToItsEnd() {
    List<String> seen = new ArrayList<>();
    Onlooker onlooker = (done, total) -> seen.add(done + "/" + total);
    LongConsumer work = onlooker.adding(5);
    work.accept(2);
    work.accept(3);
    assertEquals(List.of("0/5", "2/5", "5/5"), seen);
  }
}
