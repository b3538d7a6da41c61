package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RefineryCountsTest {
  private final RefineryCounts counts =
      RefineryCounts.of(
          Map.of(
              new Counts.Key(Counts.RAW, "two words"), 27L,
              new Counts.Key(Counts.RETRACTED, "two words"), 7L,
              new Counts.Key(Counts.CANDIDATES, "two words"), 12L,
              new Counts.Key(Counts.REFINED, "two words"), 5L,
              new Counts.Key(Counts.HELD_OUT, "two words"), 1L,
              new Counts.Key(Counts.DEAD_LETTERS, "two words"), 2L,
              new Counts.Key(Counts.dropped("a.b"), "two words"), 6L,
              new Counts.Key(Counts.dropped("near-duplicate.minhash"), "two words"), 3L,
              new Counts.Key(Counts.RAW, "code"), 4L,
              new Counts.Key(Counts.dropped("a.b"), "code"), 4L));

  @Test
  void rawIsWhatIsDecidedAndWhatIsInFlight() {
    DomainCounts domain = counts.domains().get("two words");
    assertEquals(9, domain.droppedInAll());
    assertEquals(24, domain.decided());
    assertEquals(3, domain.inFlight());
    assertEquals(0, counts.domains().get("code").inFlight());
  }

  @Test
  void theTotalIsTheSumOfAllDomains() {
    assertEquals(
        new DomainCounts(
            31, 12, 5, 1, 7, 2, new TreeMap<>(Map.of("a.b", 10L, "near-duplicate.minhash", 3L))),
        counts.total());
  }

  @Test
  void aKeyOfACountReadsBackWhateverItsDomain() {
    for (String domain : List.of("code", "two words", "", " ", "a\nb")) {
      Counts.Key key = new Counts.Key(Counts.dropped("a.b"), domain);
      assertEquals(key, Counts.Key.parse(key.toString()));
    }
  }

  @Test
  void onlyDropsHaveARule() {
    assertEquals(Optional.of("a.b"), Counts.droppedBy(Counts.dropped("a.b")));
    assertEquals(Optional.empty(), Counts.droppedBy(Counts.RAW));
  }
}
