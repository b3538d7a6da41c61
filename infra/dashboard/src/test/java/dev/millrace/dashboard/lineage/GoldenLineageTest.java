package dev.millrace.dashboard.lineage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stores of every version that was released are read by this one. A new version adds a folder of
 * its own: {@code mvn -pl infra/dashboard test -Dtest=GoldenLineageTest
 * -Dmillrace.golden.write=VERSION}. What is there is never written anew.
 */
class GoldenLineageTest {
  private static final Path GOLDEN = Path.of("src/test/resources/dev/millrace/dashboard/lineage");
  private static final String WRITE = "millrace.golden.write";

  @TempDir Path directory;

  static List<Path> stores() throws IOException {
    try (Stream<Path> versions = Files.list(GOLDEN)) {
      return versions.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("stores")
  void whatAnEarlierVersionReadIsKnown(Path before) throws Exception {
    copy(before, directory);
    try (LineageStore store = LineageStore.open(directory)) {
      assertEquals(List.of(7L, 300L), store.ordinals("a"));
      assertEquals(Optional.of(new LineageStore.Place(32, 40)), store.place(63));
      assertEquals(OptionalLong.of(1), store.firstStep());
      LineageStore.Step second = new LineageStore.Step(2, 8, 16, 102);
      assertEquals(Optional.of(second), store.stepOf(15));
      assertEquals(List.of(9L), store.checkpoints(2));
      assertEquals(List.of(11L), store.evaluations(0));
      assertEquals(
          List.of(50L, 103L, 10L, 12L),
          List.of(store.next(0), store.next(1), store.next(2), store.next(3)));
    }
  }

  @Test
  @EnabledIfSystemProperty(named = WRITE, matches = "[0-9.]+", disabledReason = "by hand")
  void write() throws Exception {
    try (LineageStore store = LineageStore.open(directory)) {
      try (LineageStore.Batch batch = store.batch()) {
        batch.document("a", 7);
        batch.document("b", 8);
        batch.document("a", 300);
        batch.place(new LineageStore.Place(32, 40));
        batch.commit(0, 50);
      }
      try (LineageStore.Batch batch = store.batch()) {
        batch.step(new LineageStore.Step(1, 0, 8, 101));
        batch.step(new LineageStore.Step(2, 8, 16, 102));
        batch.commit(1, 103);
      }
      try (LineageStore.Batch batch = store.batch()) {
        batch.checkpoint(2, 9);
        batch.commit(2, 10);
      }
      try (LineageStore.Batch batch = store.batch()) {
        batch.evaluation(2, 11);
        batch.commit(3, 12);
      }
      store.compact();
    }
    copy(directory, Files.createDirectories(GOLDEN.resolve(System.getProperty(WRITE))));
  }

  /** Without what RocksDB says of its work. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!Set.of("LOG", "LOCK").contains(name)) Files.copy(file, to.resolve(name));
      }
    }
  }
}
