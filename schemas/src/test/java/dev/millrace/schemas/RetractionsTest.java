package dev.millrace.schemas;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RetractionsTest {
  private final Retractions retractions = new Retractions();

  @Test
  void takesBackWhatWasPushedBeforeAndNothingElse() {
    retractions.add(new Retraction("a", 1, 10L, List.of()));
    assertTrue(retractions.cover("a", new Origin(1, 9)));
    assertFalse(retractions.cover("a", new Origin(1, 11)), "pushed later");
    assertFalse(retractions.cover("a", new Origin(2, 9)), "another partition");
    assertFalse(retractions.cover("b", new Origin(1, 9)), "another document");
  }

  @Test
  void theLatestRetractionOfAPartitionCounts() {
    retractions.add(new Retraction("a", 1, 20L, List.of()));
    retractions.add(new Retraction("a", 1, 10L, List.of()));
    assertTrue(retractions.cover("a", new Origin(1, 15)));
  }
}
