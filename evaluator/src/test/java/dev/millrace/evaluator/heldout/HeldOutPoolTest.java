package dev.millrace.evaluator.heldout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A word is a token. */
class HeldOutPoolTest {
  private static int words(String text) {
    return text.isEmpty() ? 0 : text.split(" ").length;
  }

  private static HeldOutPool pool(int tokensMax, String... domains) {
    return new HeldOutPool(List.of(domains), tokensMax, HeldOutPoolTest::words);
  }

  private static HeldOutDocument document(String domain, int partition, long offset, String text) {
    return new HeldOutDocument(domain, partition, offset, "hash-" + partition + "-" + offset, text);
  }

  private static List<String> places(HeldOutTexts frozen, String domain) {
    return frozen.set().domains().get(domain).stream()
        .map(m -> m.partition() + ":" + m.offset())
        .toList();
  }

  @Test
  void takesTheFirstTokensByOffsetThenPartition() {
    HeldOutPool pool = pool(6, "a");
    pool.add(document("a", 1, 0, "three words here"));
    pool.add(document("a", 1, 7, "not reached"));
    pool.add(document("a", 0, 0, "two words"));
    pool.add(document("a", 0, 5, "one"));
    HeldOutTexts frozen = pool.freeze();
    assertEquals(List.of("0:0", "1:0", "0:5"), places(frozen, "a"));
    assertEquals(List.of("two words", "three words here", "one"), frozen.texts().get("a"));
  }

  @Test
  void cutsTheLastDocumentWhereEnoughIsThere() {
    HeldOutPool pool = pool(3, "a");
    pool.add(document("a", 0, 0, "one two"));
    pool.add(document("a", 0, 1, "three four five"));
    HeldOutTexts frozen = pool.freeze();
    assertEquals(List.of("one two", "three"), frozen.texts().get("a"));
    assertEquals(
        new HeldOutSet.Member(0, 1, "hash-0-1", 5, 1), frozen.set().domains().get("a").get(1));
  }

  @Test
  void isFullOnceEveryDomainHasItsTokens() {
    HeldOutPool pool = pool(3, "a", "b");
    pool.add(document("a", 0, 0, "one two three four"));
    assertFalse(pool.isFull());
    assertEquals(List.of("b"), pool.missing());
    pool.add(document("b", 0, 1, "one two"));
    assertFalse(pool.isFull());
    assertEquals(List.of(), pool.missing());
    assertEquals(Map.of("a", 3L, "b", 2L), pool.tokens());
    pool.add(document("b", 1, 0, "three"));
    assertTrue(pool.isFull());
  }

  @Test
  void ignoresDomainsOfOtherRuns() {
    HeldOutPool pool = pool(3, "a");
    pool.add(document("other", 0, 0, "one two three"));
    assertEquals(List.of("a"), pool.missing());
    assertEquals(Map.of("a", List.of()), pool.freeze().texts());
  }

  @Test
  void aDocumentWithoutTokensIsNoDocument() {
    HeldOutPool pool = pool(3, "a");
    pool.add(document("a", 0, 0, ""));
    assertEquals(List.of("a"), pool.missing());
    pool.add(document("a", 0, 1, "one"));
    assertEquals(List.of("0:1"), places(pool.freeze(), "a"));
  }

  @Test
  void theIdTellsSetsApart() {
    HeldOutPool pool = pool(3, "a");
    pool.add(document("a", 0, 0, "one two"));
    String smaller = pool.freeze().set().id();
    assertEquals(smaller, pool.freeze().set().id());
    pool.add(document("a", 0, 1, "three"));
    assertNotEquals(smaller, pool.freeze().set().id());
    HeldOutPool elsewhere = pool(3, "a");
    elsewhere.add(document("a", 1, 0, "one two"));
    assertNotEquals(smaller, elsewhere.freeze().set().id());
  }

  /** Against a plain computation over all documents, however the partitions are read. */
  @Test
  void whatIsChosenDoesNotDependOnHowPartitionsAreRead() {
    long seed = 23;
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      int tokensMax = random.nextInt(1, 40);
      List<HeldOutDocument> log = new ArrayList<>();
      for (int partition = 0; partition < 3; partition++) {
        long offset = 0;
        for (int i = 0; i < 12; i++) {
          offset += random.nextInt(1, 4);
          String text = "w ".repeat(random.nextInt(6)).strip();
          log.add(document(random.nextInt(3) == 0 ? "b" : "a", partition, offset, text));
        }
      }
      HeldOutPool inOrder = pool(tokensMax, "a", "b");
      log.forEach(inOrder::add);
      HeldOutPool interleaved = pool(tokensMax, "a", "b");
      interleave(log, random).forEach(interleaved::add);
      assertEquals(inOrder.freeze(), interleaved.freeze());
      assertEquals(firstTokens(log, "a", tokensMax), places(inOrder.freeze(), "a"));
    }
  }

  private static List<HeldOutDocument> interleave(
      List<HeldOutDocument> log, SplittableRandom random) {
    Map<Integer, List<HeldOutDocument>> left =
        log.stream().collect(Collectors.groupingBy(HeldOutDocument::partition));
    left.replaceAll((p, documents) -> new ArrayList<>(documents));
    List<HeldOutDocument> mixed = new ArrayList<>();
    while (mixed.size() < log.size()) {
      List<HeldOutDocument> partition = left.get(random.nextInt(3));
      if (!partition.isEmpty()) mixed.add(partition.remove(0));
    }
    return mixed;
  }

  private static List<String> firstTokens(List<HeldOutDocument> log, String domain, int tokensMax) {
    List<String> places = new ArrayList<>();
    int sum = 0;
    for (HeldOutDocument d :
        log.stream()
            .sorted(
                Comparator.comparingLong(HeldOutDocument::offset)
                    .thenComparingInt(HeldOutDocument::partition))
            .toList()) {
      if (!d.domain().equals(domain) || words(d.text()) == 0 || sum >= tokensMax) continue;
      places.add(d.partition() + ":" + d.offset());
      sum += words(d.text());
    }
    return places;
  }
}
