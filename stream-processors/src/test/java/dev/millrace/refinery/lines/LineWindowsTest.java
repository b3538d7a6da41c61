package dev.millrace.refinery.lines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LineWindowsTest {
  private final Map<String, byte[]> pages = new HashMap<>();
  private final LineWindows windows = windows(1_000);

  private LineWindows windows(int size) {
    return new LineWindows(domain -> size, pages::put);
  }

  @Test
  void remembersTheLatestLinesInWholePagesAndForgetsTheOldest() {
    SplittableRandom random = new SplittableRandom(5);
    ArrayDeque<Long> latest = new ArrayDeque<>();
    for (int document = 0; document < 500; document++) {
      long[] lines = random.longs(1 + random.nextInt(40), 0, 300).distinct().toArray();
      windows.add("d", lines);
      for (long line : lines) {
        latest.add(line);
        if (latest.size() > 1_024) latest.remove(); // Four pages of 256.
      }
    }
    for (long line = 0; line < 300; line++) {
      long wanted = line;
      assertEquals(latest.stream().filter(l -> l == wanted).count(), windows.count("d", line));
    }
  }

  @Test
  void isTheSameAfterItWasReadBackAtAnyMoment() {
    SplittableRandom random = new SplittableRandom(6);
    LineWindows current = windows;
    LineWindows never = new LineWindows(domain -> 1_000, (key, page) -> {});
    for (int document = 0; document < 400; document++) {
      long[] lines = random.longs(1 + random.nextInt(700), 0, 2_000).distinct().toArray();
      String domain = document % 3 == 0 ? "a/b" : "c";
      current.add(domain, lines);
      never.add(domain, lines);
      if (random.nextInt(10) > 0) continue;
      current = windows(1_000);
      pages.forEach(current::read);
      current.recount();
    }
    for (long line = 0; line < 2_000; line++) {
      assertEquals(never.count("a/b", line), current.count("a/b", line));
      assertEquals(never.count("c", line), current.count("c", line));
    }
  }

  @Test
  void domainsDoNotSeeEachOthersLines() {
    windows.add("a", new long[] {1});
    assertEquals(1, windows.count("a", 1));
    assertEquals(0, windows.count("b", 1));
  }

  @Test
  void beyondManyDomainsAllShareOneWindow() {
    for (int i = 0; i < 100; i++) windows.add("domain" + i, new long[] {7});
    assertEquals(1, windows.count("domain0", 7));
    assertEquals(36, windows.count("domain99", 7));
    assertEquals(36, windows.count("never seen", 7));
  }

  @Test
  void memoryIsBoundedByTheWindow() {
    LineWindows large = windows(100_000);
    SplittableRandom random = new SplittableRandom(8);
    for (int document = 0; document < 10_000; document++) {
      large.add("d", random.longs(50).toArray());
    }
    assertTrue(large.bytes() < 42 * 100_000, "bytes: " + large.bytes());
  }

  @Test
  void pagesOfALargerWindowAreRefused() {
    for (int document = 0; document < 100; document++) windows.add("d", new long[] {document});
    pages.put("d/4", pages.get("d/0"));
    LineWindows other = windows(1_000);
    assertThrows(IllegalStateException.class, () -> pages.forEach(other::read));
  }
}
