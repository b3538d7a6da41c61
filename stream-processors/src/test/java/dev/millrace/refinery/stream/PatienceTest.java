package dev.millrace.refinery.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private final Patience patience = new Patience(Duration.ofSeconds(8));

  @Test
  void beginsWithTheWholeLimitAndNeverExceedsIt() {
    for (int i = 0; i < 3; i++) {
      assertEquals(Duration.ofSeconds(8), patience.left());
      patience.respected();
    }
  }

  @Test
  void isHalvedByEveryDocumentThatUsesItUpButNeverToNothing() {
    patience.usedUp();
    assertEquals(Duration.ofSeconds(4), patience.left());
    for (int i = 0; i < 100; i++) patience.usedUp();
    assertEquals(Duration.ofMillis(50), patience.left());
  }

  @Test
  void comesBackWithDocumentsThatRespectIt() {
    for (int i = 0; i < 100; i++) patience.usedUp();
    int documents = 0;
    while (patience.left().compareTo(Duration.ofSeconds(8)) < 0) {
      patience.respected();
      documents++;
    }
    assertTrue(documents > 10 && documents < 100, documents + " documents");
  }

  /** Streams commits after at most some hundred records; its transactions end after 30 s. */
  @Test
  void aFloodOfDocumentsThatHangCannotOutlastATransaction() {
    Patience strictest = new Patience(Duration.ofSeconds(10));
    Duration all = Duration.ZERO;
    for (int i = 0; i < 100; i++) {
      all = all.plus(strictest.left());
      strictest.usedUp();
    }
    assertTrue(all.compareTo(Duration.ofSeconds(30)) < 0, all.toString());
  }

  @Test
  void everySecondDocumentHangingIsNoWayAround() {
    Duration all = Duration.ZERO;
    for (int i = 0; i < 50; i++) {
      all = all.plus(patience.left());
      patience.usedUp();
      patience.respected();
    }
    assertTrue(all.compareTo(Duration.ofSeconds(30)) < 0, all.toString());
  }

  @Test
  void aLimitBelowTheLeastStaysAsItIs() {
    Patience small = new Patience(Duration.ofMillis(10));
    small.usedUp();
    assertEquals(Duration.ofMillis(10), small.left());
  }
}
