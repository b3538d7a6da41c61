package dev.millrace.trainer;

import static dev.millrace.trainer.RowTest.packed;
import static dev.millrace.trainer.RowTest.segment;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.model.Graph.Input;
import dev.millrace.schemas.LogPosition;
import dev.millrace.schemas.Segment;
import dev.millrace.trainer.torch.Microbatch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepBatchTest {
  private static final List<Input> HEADS = List.of(Input.LABELS);
  private static final PackedSequence LONG = sequence("code", 0, 1, 2, 3);
  private static final PackedSequence SHORT = sequence("text", 0, 4);
  private static final PackedSequence EMPTY = sequence("text", 0);

  private static PackedSequence sequence(String domain, int... tokens) {
    return packed(RowTest.sequence(domain, List.of(segment(tokens.length, true)), tokens), 10, 8);
  }

  private static StepBatch batch(StepShape shape, PackedSequence... sequences) {
    return StepBatch.of(
        new CausalCollator(), List.of(sequences), shape, 10, 10 + sequences.length, 99);
  }

  /** All in one microbatch. */
  private static StepBatch.Rows rows(PackedSequence... sequences) {
    return batch(new StepShape(sequences.length, 1, 8), sequences).microbatches().get(0);
  }

  @Test
  void padsToTheLongestRowOfItsMicrobatch() {
    Microbatch tensors = rows(LONG, SHORT).tensors();
    assertEquals(3, tensors.length());
    assertArrayEquals(new long[] {0, 1, 2, 0, 0, 0}, tensors.inputIds());
    assertArrayEquals(new long[] {1, 2, 3, 4, -100, -100}, tensors.labels());
    assertArrayEquals(new long[] {0, 0, 0, 0, -1, -1}, tensors.segments().orElseThrow());
  }

  @Test
  void keepsTheOrderAndCountsEveryTarget() {
    StepShape shape = new StepShape(2, 3, 8);
    StepBatch batch = batch(shape, LONG, SHORT, SHORT, LONG, SHORT);
    assertEquals(
        List.of(List.of("code", "text"), List.of("text", "code"), List.of("text")),
        batch.microbatches().stream()
            .map(microbatch -> microbatch.rows().stream().map(Example::domain).toList())
            .toList());
    assertEquals(10, batch.firstOrdinal());
    assertEquals(15, batch.nextOrdinal());
    assertEquals(9, batch.targetTokens());
    assertEquals(9, batch.microbatches().stream().mapToLong(m -> m.tensors().targetTokens()).sum());
  }

  @Test
  void leavesOutAMicrobatchWithoutTargets() {
    StepShape shape = new StepShape(2, 2, 8);
    StepBatch batch = batch(shape, EMPTY, EMPTY, LONG, EMPTY);
    assertEquals(1, batch.microbatches().size());
    assertEquals(3, batch.targetTokens());
  }

  @Test
  void cutsRowsThatAreTooLongWithinTheirMicrobatch() {
    StepShape shape = new StepShape(2, 2, 2);
    StepBatch batch = batch(shape, LONG, SHORT, LONG, LONG);
    assertEquals(
        List.of(List.of(1, 2, 1), List.of(1, 2, 1, 2)),
        batch.microbatches().stream()
            .map(microbatch -> microbatch.rows().stream().map(Example::length).toList())
            .toList());
    assertEquals(10, batch.targetTokens());
    assertArrayEquals(
        new long[] {0, 0, 1, 2, 0, 0}, batch.microbatches().get(0).tensors().inputIds());
  }

  @Test
  void namesTheDocumentsOfRowsWithoutAFiniteLoss() {
    PackedSequence good = sequence("text", 0, 1, 2);
    Segment first = new Segment("first", new LogPosition(0, 0L), 0, 2, true);
    Segment second = new Segment("second", new LogPosition(0, 0L), 0, 2, true);
    PackedSequence bad =
        packed(RowTest.sequence("text", List.of(first, second), 0, 4, 0, 5), 10, 8);
    StepBatch batch = batch(new StepShape(2, 1, 8), good, bad);
    StepLoss loss = new StepLoss(HEADS);
    loss.add(batch.microbatches().get(0), List.of(new float[] {1, Float.NaN}));
    assertEquals("documents first, second", StepLog.documents(batch, loss));
    assertEquals("documents id, first, second", StepLog.documents(batch, new StepLoss(HEADS)));
    // A piece has only the documents that are in it.
    assertEquals(List.of("first"), Row.of(bad).pieces(2).get(0).documentsSeen());
  }

  @Test
  void lossesAreMeansOverTokensNotRows() {
    StepLoss loss = new StepLoss(HEADS);
    loss.add(rows(LONG, SHORT), List.of(new float[] {6, 1}));
    loss.add(rows(SHORT, EMPTY), List.of(new float[] {3, 0}));
    assertEquals(2, loss.mean()); // 10 nats over 5 tokens.
    assertEquals(Map.of("code", 2.0, "text", 2.0), loss.domainMeans());
    assertEquals(Map.of("code", 3L, "text", 2L), loss.domainTokens());
  }
}
