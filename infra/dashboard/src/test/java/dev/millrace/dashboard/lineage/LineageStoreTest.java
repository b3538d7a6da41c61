package dev.millrace.dashboard.lineage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;

class LineageStoreTest {
  @TempDir Path directory;

  private static void step(LineageStore store, long step, long first, long next)
      throws IOException {
    try (LineageStore.Batch batch = store.batch()) {
      batch.step(new LineageStore.Step(step, first, next, 100 + step));
      batch.commit(1, step);
    }
  }

  @Test
  void whatWasReadIsThereWhenItIsOpenedAgain() throws Exception {
    try (LineageStore store = LineageStore.open(directory)) {
      try (LineageStore.Batch batch = store.batch()) {
        batch.document("a", 7);
        batch.document("b", 8);
        batch.document("a", 300);
        batch.place(new LineageStore.Place(32, 40));
        batch.place(new LineageStore.Place(33, 42));
        batch.commit(0, 50);
      }
      try (LineageStore.Batch lost = store.batch()) {
        lost.document("a", 9); // Never committed.
      }
    }
    try (LineageStore store = LineageStore.open(directory)) {
      assertEquals(List.of(7L, 300L), store.ordinals("a"));
      assertEquals(List.of(), store.ordinals("c"));
      assertEquals(50, store.next(0));
      assertEquals(0, store.next(1));
      assertEquals(Optional.of(new LineageStore.Place(32, 40)), store.place(63));
      assertEquals(Optional.empty(), store.place(64));
    }
  }

  @Test
  void findsTheStepOfAnOrdinalAtBothEndsOfIt() throws Exception {
    try (LineageStore store = LineageStore.open(directory)) {
      assertEquals(Optional.empty(), store.stepOf(0));
      for (long step = 5; step < 300; step++) step(store, step, step * 8, step * 8 + 8);
      assertEquals(OptionalLong.of(5), store.firstStep());
      assertEquals(Optional.empty(), store.stepOf(39));
      assertEquals(5, store.stepOf(40).orElseThrow().step());
      assertEquals(299, store.stepOf(2399).orElseThrow().step());
      assertEquals(Optional.empty(), store.stepOf(2400));
    }
  }

  /** A run of days; RocksDB would need gigabytes for as many deleted ranges that overlap. */
  @Test
  void aLongHistoryTakesLittleMemory() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "no /proc to read memory from");
    int steps = 100_000;
    long before = residentKibibytes();
    try (LineageStore store = LineageStore.open(directory)) {
      try (LineageStore.Batch batch = store.batch()) {
        for (long step = 1; step <= steps; step++) {
          batch.step(new LineageStore.Step(step, step * 8 - 8, step * 8, step));
        }
        batch.commit(1, steps);
      }
      store.compact();
      assertEquals(77, store.stepOf(77 * 8 - 1).orElseThrow().step());
      long taken = (residentKibibytes() - before) / 1024;
      assertTrue(taken < 200, taken + " MB");
    }
  }

  private static long residentKibibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Steps 11 to 13 were done, and then step 11 again passed over all of it. */
  @Test
  void aStepThatIsDoneAgainEndsTheHistoryBehindIt() throws Exception {
    try (LineageStore store = LineageStore.open(directory)) {
      for (long step = 1; step <= 13; step++) step(store, step, step * 8 - 8, step * 8);
      step(store, 11, 80, 112);
      assertEquals(Optional.empty(), store.step(12));
      assertEquals(11, store.stepOf(111).orElseThrow().step());
      step(store, 12, 112, 120);
      assertEquals(12, store.stepOf(112).orElseThrow().step());
    }
    try (LineageStore store = LineageStore.open(directory)) {
      step(store, 10, 72, 90);
      assertEquals(Optional.empty(), store.step(11), "also what was read before it was opened");
    }
  }

  @Test
  void checkpointsAndEvaluationsAreFoundFromAStepOn() throws Exception {
    try (LineageStore store = LineageStore.open(directory)) {
      try (LineageStore.Batch batch = store.batch()) {
        for (long step : List.of(0L, 500L, 1000L)) {
          batch.checkpoint(step, 10 + step);
          batch.evaluation(step, 20 + step);
        }
        batch.commit(2, 0);
      }
      assertEquals(List.of(510L, 1010L), store.checkpoints(1));
      assertEquals(List.of(520L, 1020L), store.evaluations(500));
      assertEquals(List.of(), store.checkpoints(1001));
    }
  }

  @Test
  void oneAtATimeHasTheStore() throws Exception {
    try (LineageStore store = LineageStore.open(directory)) {
      IOException e = assertThrows(IOException.class, () -> LineageStore.open(directory));
      assertTrue(e.getMessage().startsWith(directory + " is in use"), e.getMessage());
      assertEquals(0, store.next(0));
    }
  }

  @Test
  void whatCannotBeOpenedKeepsNoNativeMemory() throws Exception {
    try (LineageStore store = LineageStore.open(directory)) {
      LineageStore.Settings settings = new LineageStore.Settings();
      assertThrows(RocksDBException.class, () -> new LineageStore(directory, settings));
      assertTrue(settings.all().stream().noneMatch(RocksObject::isOwningHandle));
      assertEquals(0, store.next(0));
    }
  }

  /** A quarter of a million sequences of four documents each, all of them different. */
  @Test
  void isBoundedByTheNumberOfDocuments() throws Exception {
    int sequences = 250_000;
    try (LineageStore store = LineageStore.open(directory)) {
      for (int ordinal = 0; ordinal < sequences; ) {
        try (LineageStore.Batch batch = store.batch()) {
          for (int i = 0; i < 500; i++, ordinal++) {
            batch.place(new LineageStore.Place(ordinal, 2L * ordinal));
            for (int d = 0; d < 4; d++) batch.document("document-" + (4L * ordinal + d), ordinal);
          }
          batch.commit(0, 2L * ordinal);
        }
      }
      store.compact();
      long start = System.nanoTime();
      for (long d = 0; d < 1000; d++) {
        assertEquals(List.of(d * 997 / 4), store.ordinals("document-" + d * 997));
      }
      double millis = (System.nanoTime() - start) / 1e6 / 1000;
      double bytes = store.size() / (4.0 * sequences);
      System.out.printf("%.1f bytes a document, %.3f ms a look-up%n", bytes, millis);
      assertTrue(bytes < 24, bytes + " bytes a document");
    }
  }
}
