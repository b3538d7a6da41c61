package dev.millrace.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.ingest.IngestOptions.BatchLimit;
import dev.millrace.schemas.IngestProgress;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final IngestProgress MARK =
      new IngestProgress("file:///a.jsonl", "print", 25L, 0L, 500L, false);

  private final Tally tally = new Tally(IngestListener.SILENT, OptionalLong.empty());

  /** The commit was not answered: readers of the marks know how it ended. */
  @Test
  void countsABatchInDoubtWhenItsMarkIsThere() {
    tally.committing(batch());
    tally.settle(unit -> Optional.of(IngestProgress.newBuilder(MARK).build()));
    assertEquals(1, tally.report(false).documents());
    tally.settle(unit -> Optional.of(MARK));
    assertEquals(1, tally.report(false).documents());
  }

  @Test
  void forgetsABatchInDoubtWhoseMarkIsNotThere() {
    tally.committing(batch());
    tally.settle(unit -> Optional.of(IngestProgress.newBuilder(MARK).setDocuments(24).build()));
    tally.settle(unit -> Optional.of(MARK));
    assertEquals(0, tally.report(false).documents());
  }

  @Test
  void doesNotCountTwiceWhatWasAnswered() {
    Batch batch = batch();
    tally.committing(batch);
    tally.add(batch);
    tally.settle(unit -> Optional.of(MARK));
    assertEquals(1, tally.report(false).documents());
  }

  /** Its mark must not be forgotten with those of earlier pushes. */
  @Test
  void isNotAtTheStartWhileTheFirstBatchIsInDoubt() {
    assertTrue(tally.isAtTheStart());
    tally.committing(batch());
    assertFalse(tally.isAtTheStart());
    tally.settle(unit -> Optional.empty());
    assertTrue(tally.isAtTheStart());
  }

  @Test
  void isAtTheStartUntilSomethingIsCommitted() {
    Batch batch = batch();
    batch.reached(Reached.NOTHING.start());
    tally.add(batch);
    assertFalse(tally.isAtTheStart());
    tally.begin();
    assertTrue(tally.isAtTheStart());
  }

  private static Batch batch() {
    Batch batch = new Batch(BatchLimit.DEFAULT, Reached.NOTHING);
    batch.document(IngestProgress.newBuilder(MARK).build(), "web", 20);
    return batch;
  }
}
