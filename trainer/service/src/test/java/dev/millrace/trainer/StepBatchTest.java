package dev.millrace.trainer;

import static dev.millrace.trainer.RowTest.segment;
import static dev.millrace.trainer.RowTest.sequence;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.trainer.torch.Microbatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepBatchTest {
  private static final Row LONG = row("code", 0, 1, 2, 3);
  private static final Row SHORT = row("text", 0, 4);
  private static final Row EMPTY = row("text", 0);

  private static Row row(String domain, int... tokens) {
    return Row.of(sequence(domain, List.of(segment(tokens.length, true)), tokens), 10, 8);
  }

  @Test
  void padsToTheLongestRowOfItsMicrobatch() {
    Microbatch tensors = StepBatch.Rows.of(List.of(LONG, SHORT)).tensors();
    assertEquals(3, tensors.length());
    assertArrayEquals(new long[] {0, 1, 2, 0, 0, 0}, tensors.inputIds());
    assertArrayEquals(new long[] {1, 2, 3, 4, -100, -100}, tensors.labels());
    assertArrayEquals(new long[] {0, 0, 0, 0, -1, -1}, tensors.segments().orElseThrow());
  }

  @Test
  void keepsTheOrderAndCountsEveryTarget() {
    StepShape shape = new StepShape(2, 3, 8);
    StepBatch batch = StepBatch.of(List.of(LONG, SHORT, SHORT, LONG, SHORT), shape, 10, 15, 99);
    assertEquals(
        List.of(List.of(LONG, SHORT), List.of(SHORT, LONG), List.of(SHORT)),
        batch.microbatches().stream().map(StepBatch.Rows::rows).toList());
    assertEquals(9, batch.targetTokens());
    assertEquals(9, batch.microbatches().stream().mapToLong(m -> m.tensors().targetTokens()).sum());
  }

  @Test
  void leavesOutAMicrobatchWithoutTargets() {
    StepShape shape = new StepShape(2, 2, 8);
    StepBatch batch = StepBatch.of(List.of(EMPTY, EMPTY, LONG, EMPTY), shape, 0, 4, 4);
    assertEquals(1, batch.microbatches().size());
    assertEquals(3, batch.targetTokens());
  }

  @Test
  void cutsRowsThatAreTooLongWithinTheirMicrobatch() {
    StepShape shape = new StepShape(2, 2, 2);
    StepBatch batch = StepBatch.of(List.of(LONG, SHORT, LONG, LONG), shape, 0, 4, 4);
    assertEquals(
        List.of(List.of(1, 2, 1), List.of(1, 2, 1, 2)),
        batch.microbatches().stream()
            .map(microbatch -> microbatch.rows().stream().map(Row::length).toList())
            .toList());
    assertEquals(10, batch.targetTokens());
    assertArrayEquals(
        new long[] {0, 0, 1, 2, 0, 0}, batch.microbatches().get(0).tensors().inputIds());
  }

  @Test
  void namesTheDocumentsOfRowsWithoutAFiniteLoss() {
    Row good = Row.of(sequence("text", List.of(segment(3, true)), 0, 1, 2), 10, 8);
    Segment first = new Segment("first", new LogPosition(0, 0L), 0, 2, true);
    Segment second = new Segment("second", new LogPosition(0, 0L), 0, 2, true);
    Row bad = Row.of(sequence("text", List.of(first, second), 0, 4, 0, 5), 10, 8);
    StepBatch batch = StepBatch.of(List.of(good, bad), new StepShape(2, 1, 8), 0, 2, 2);
    StepLoss loss = new StepLoss();
    loss.add(batch.microbatches().get(0), new float[] {1, Float.NaN});
    assertEquals("documents first, second", StepLog.documents(batch, loss));
    assertEquals("documents id, first, second", StepLog.documents(batch, new StepLoss()));
    // A piece has only the documents that are in it.
    assertEquals(List.of("first"), bad.pieces(2).get(0).documentsSeen());
  }

  @Test
  void lossesAreMeansOverTokensNotRows() {
    StepLoss loss = new StepLoss();
    loss.add(StepBatch.Rows.of(List.of(LONG, SHORT)), new float[] {6, 1});
    loss.add(StepBatch.Rows.of(List.of(SHORT, EMPTY)), new float[] {3, 0});
    assertEquals(2, loss.mean()); // 10 nats over 5 tokens.
    assertEquals(Map.of("code", 2.0, "text", 2.0), loss.domainMeans());
    assertEquals(Map.of("code", 3L, "text", 2L), loss.domainTokens());
  }
}
