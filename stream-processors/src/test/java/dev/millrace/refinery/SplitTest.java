package dev.millrace.refinery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.refinery.HeldOutConfig.By;
import dev.millrace.refinery.text.ContentHash;
import dev.millrace.refinery.text.Words;
import dev.millrace.runtime.config.Defaults;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SplitTest {
  private static final int DOCUMENTS = 20_000;

  private static ContentHash content(int document) {
    return ContentHash.of(Words.of("document " + Integer.toString(document, 36) + "x"));
  }

  private static boolean holdsOut(Split split, int document, String uri) {
    return split.holdsOut(content(document), Optional.of(uri), Map.of());
  }

  private static long heldOut(Split split) {
    return IntStream.range(0, DOCUMENTS).filter(d -> holdsOut(split, d, "")).count();
  }

  @Test
  void holdsOutTheFractionThatIsAskedFor() {
    // Two per cent of 20,000 are 400; five standard deviations are 99.
    long count = heldOut(new Split(Defaults.of(HeldOutConfig.class)));
    assertTrue(Math.abs(count - 400) < 99, count + " held out");
    assertEquals(0, heldOut(new Split(new HeldOutConfig(0, By.DOCUMENT, 0))));
  }

  @Test
  void decidesTheSameInEveryOrder() {
    Split split = new Split(new HeldOutConfig(0.3, By.DOCUMENT, 7));
    List<Integer> order = new ArrayList<>(IntStream.range(0, 500).boxed().toList());
    List<Boolean> decisions = order.stream().map(d -> holdsOut(split, d, "")).toList();
    Collections.shuffle(order, new Random(1));
    Split another = new Split(new HeldOutConfig(0.3, By.DOCUMENT, 7));
    for (int document : order) {
      assertEquals(decisions.get(document), holdsOut(another, document, ""));
    }
  }

  @Test
  void holdsOutOthersUnderAnotherSeed() {
    Split one = new Split(new HeldOutConfig(0.5, By.DOCUMENT, 1));
    Split two = new Split(new HeldOutConfig(0.5, By.DOCUMENT, 2));
    long different =
        IntStream.range(0, 1000).filter(d -> holdsOut(one, d, "") != holdsOut(two, d, "")).count();
    assertTrue(different > 400 && different < 600, different + " of 1000");
  }

  @Test
  void keepsADocumentOfTheSameContentOnTheSameSideUnderAnyName() {
    Split split = new Split(new HeldOutConfig(0.5, By.DOCUMENT, 1));
    for (int d = 0; d < 100; d++) {
      assertEquals(holdsOut(split, d, "http://a.io/x"), holdsOut(split, d, "http://b.io/y"));
    }
  }

  @Test
  void keepsAHostTogether() {
    Split split = new Split(new HeldOutConfig(0.5, By.HOST, 1));
    int sides = 0;
    for (int host = 0; host < 100; host++) {
      String name = "host" + host + ".io";
      boolean side = holdsOut(split, 0, "http://" + name + "/");
      sides += side ? 1 : 0;
      assertEquals(side, holdsOut(split, 1, "https://" + name + ":8080/other?q=a@b.c"));
      assertEquals(
          side, holdsOut(split, 2, "https://user:pw@" + name.toUpperCase(Locale.ROOT) + "#x"));
    }
    assertTrue(sides > 25 && sides < 75, sides + " of 100");
  }

  @Test
  void keepsAnArchiveTogether() {
    Split split = new Split(new HeldOutConfig(0.5, By.ARCHIVE, 1));
    for (int archive = 0; archive < 50; archive++) {
      Map<String, String> metadata = Map.of("archive", "a" + archive + ".jar");
      boolean side = split.holdsOut(content(0), Optional.empty(), metadata);
      for (int d = 1; d < 5; d++) {
        assertEquals(side, split.holdsOut(content(d), Optional.of("x:" + d), metadata));
      }
    }
  }

  @Test
  void takesADocumentWithoutItsGroupByItself() {
    Split byHost = new Split(new HeldOutConfig(0.5, By.HOST, 1));
    Split byDocument = new Split(new HeldOutConfig(0.5, By.DOCUMENT, 1));
    for (int d = 0; d < 100; d++) {
      assertEquals(holdsOut(byDocument, d, ""), holdsOut(byHost, d, "file.txt"));
      assertEquals(holdsOut(byDocument, d, ""), holdsOut(byHost, d, "file:///a/b"));
    }
  }

  @Test
  void refusesToHoldOutEverything() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new HeldOutConfig(1, By.DOCUMENT, 0));
    assertEquals("fraction must be from 0 to less than 1: 1.0", e.getMessage());
  }
}
