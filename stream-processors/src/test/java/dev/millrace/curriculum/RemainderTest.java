package dev.millrace.curriculum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.schemas.TokenSequence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RemainderTest {
  private static final TokenSequence SEQUENCE =
      new TokenSequence(
          "id",
          "news",
          List.of(0, 11, 12, 0, 21, 0, 31, 32),
          List.of(segment("a", 3), segment("b", 2), segment("c", 3)),
          4,
          Map.of("length", 2.7),
          "t");

  @Test
  void aSequenceOfWhichNothingWasTakenBackStaysAsItIs() {
    assertSame(SEQUENCE, Remainder.of(SEQUENCE, s -> false).orElseThrow());
  }

  @Test
  void theTokensOfADocumentGoWithItsSegment() {
    TokenSequence left = Remainder.of(SEQUENCE, s -> s.getDocumentId().equals("b")).orElseThrow();
    assertEquals(List.of(0, 11, 12, 0, 31, 32), left.getTokens());
    assertEquals(List.of(segment("a", 3), segment("c", 3)), left.getSegments());
    assertEquals("id", left.getId());
    assertEquals(SEQUENCE.getSignals(), left.getSignals());
  }

  @Test
  void nothingIsLeftWhereEveryDocumentWasTakenBack() {
    assertEquals(Optional.empty(), Remainder.of(SEQUENCE, s -> true));
  }

  private static Segment segment(String id, int length) {
    return new Segment(id, new LogPosition(0, 0L), 0, length, true);
  }
}
