package dev.millrace.runtime.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderStoreTest {
  /** FIPS 180-2, appendix B.1. */
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path directory;
  private Path root;
  private FolderStore store;

  @BeforeEach
  void open() {
    root = directory.resolve("new").resolve("store");
    store = FolderStore.at(root);
  }

  private static void writeTwo(Path place) throws IOException {
    Files.writeString(place.resolve("a.txt"), "abc");
    Files.createDirectory(place.resolve("deep"));
    Files.writeString(place.resolve("deep").resolve("b.txt"), "");
  }

  @Test
  void publishesAWholeDirectoryWithTheHashOfEveryFile() throws Exception {
    Published published = store.publish("step-1", FolderStoreTest::writeTwo);
    assertEquals(root.resolve("step-1"), Path.of(published.uri()));
    assertEquals(List.of("a.txt", "deep/b.txt"), List.copyOf(published.sha256().keySet()));
    assertEquals(SHA256_OF_ABC, published.sha256().get("a.txt"));
    assertEquals("abc", Files.readString(store.directory("step-1").resolve("a.txt")));
    assertEquals(List.of("step-1"), store.names());
    assertEquals(List.of(), FolderStore.verify(store.directory("step-1"), published.sha256()));
    assertNothingIsStaged();
  }

  @Test
  void isInvisibleUntilItIsWhole() throws Exception {
    store.publish(
        "step-1",
        place -> {
          writeTwo(place);
          assertEquals(List.of(), store.names());
          assertFalse(Files.exists(store.directory("step-1")));
        });
  }

  @Test
  void neverOverwrites() throws Exception {
    store.publish("step-1", FolderStoreTest::writeTwo);
    assertThrows(
        FileAlreadyExistsException.class,
        () -> store.publish("step-1", place -> Files.writeString(place.resolve("a.txt"), "new")));
    assertEquals("abc", Files.readString(store.directory("step-1").resolve("a.txt")));
  }

  @Test
  void doesNotReplaceADirectoryThatAppearedMeanwhile() throws Exception {
    assertThrows(
        FileAlreadyExistsException.class,
        () ->
            store.publish(
                "step-1",
                place -> {
                  writeTwo(place);
                  Files.createDirectory(root.resolve("step-1")); // A rename would replace it.
                }));
    assertNothingIsStaged();
  }

  @Test
  void oneOfManyThatPublishTheSameNameWins() throws Exception {
    int threads = 4;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<Boolean>> results = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      String content = "writer " + i;
      results.add(pool.submit(() -> publishes(together, content)));
    }
    int won = 0;
    for (Future<Boolean> result : results) won += result.get() ? 1 : 0;
    pool.shutdown();
    assertEquals(1, won);
    assertNothingIsStaged();
  }

  private boolean publishes(CyclicBarrier together, String content) throws Exception {
    together.await();
    try {
      store.publish("step-1", place -> Files.writeString(place.resolve("a.txt"), content));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Test
  void leavesNothingOfWhatFailed() {
    IOException broken = new IOException("broken");
    assertSame(
        broken,
        assertThrows(
            IOException.class,
            () ->
                store.publish(
                    "step-1",
                    place -> {
                      writeTwo(place);
                      throw broken;
                    })));
    assertNothingIsStaged();
    assertFalse(Files.exists(root.resolve("step-1")));
  }

  @Test
  void refusesLinks() {
    IOException refused =
        assertThrows(
            IOException.class,
            () ->
                store.publish(
                    "step-1", place -> Files.createSymbolicLink(place.resolve("link"), root)));
    assertTrue(refused.getMessage().endsWith("link is neither a file nor a directory"));
  }

  @Test
  void listsWhatDiffers() throws Exception {
    Published published = store.publish("step-1", FolderStoreTest::writeTwo);
    Map<String, String> expected = new HashMap<>(published.sha256());
    expected.put("../outside", SHA256_OF_ABC);
    Path artifact = store.directory("step-1");
    Files.writeString(artifact.resolve("a.txt"), "abd");
    Files.delete(artifact.resolve("deep").resolve("b.txt"));
    Files.writeString(artifact.resolve("c.txt"), "more");
    assertEquals(
        List.of(
            "../outside is missing",
            "a.txt is changed",
            "c.txt is unexpected",
            "deep/b.txt is missing"),
        FolderStore.verify(artifact, expected).stream().map(Difference::toString).toList());
    assertEquals(3, FolderStore.verify(root.resolve("absent"), expected).size());
  }

  @Test
  void deletesWhatIsThereAndSaysSo() throws Exception {
    assertFalse(store.delete("step-1"));
    store.publish("step-1", FolderStoreTest::writeTwo);
    assertTrue(store.delete("step-1"));
    assertEquals(List.of(), store.names());
    assertNothingIsStaged();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "../x", "a/b", "/no/such/place", ".staging", "a\\b", "a\0b"})
  void refusesNamesThatLeadElsewhere(String name) {
    assertThrows(IllegalArgumentException.class, () -> store.delete(name));
    assertThrows(
        IllegalArgumentException.class, () -> store.publish(name, FolderStoreTest::writeTwo));
  }

  /** Only ever a directory of this test: if the guard were broken, it would be gone. */
  @Test
  void refusesAnAbsoluteNameAndTouchesNothingThere() throws Exception {
    Path outside = Files.createDirectories(directory.resolve("outside"));
    assertThrows(IllegalArgumentException.class, () -> store.delete(outside.toString()));
    assertThrows(IllegalArgumentException.class, () -> store.delete("../../outside"));
    assertTrue(Files.isDirectory(outside));
  }

  /** Begins an artifact and never ends it. */
  static final class Writer {
    public static void main(String[] arguments) throws Exception {
      FolderStore.at(Path.of(arguments[0]))
          .publish(
              "begun",
              place -> {
                writeTwo(place);
                System.out.println("writing " + place);
                sleep();
              });
    }

    private static void sleep() {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void clearsAwayWhatAKilledProcessHadBegunButNotWhatALiveOneIsWriting() throws Exception {
    try (ChildJvm writer =
        ChildJvm.of(Writer.class).arguments(root.toString()).start(directory.resolve("output"))) {
      Path begun = Path.of(writer.awaitLine("writing (.*)", LONG).group(1));
      store.publish("one", FolderStoreTest::writeTwo);
      assertTrue(Files.exists(begun.resolve("a.txt")));
      writer.kill9();
      assertTrue(Files.exists(begun.resolve("a.txt")));
      store.publish("two", FolderStoreTest::writeTwo);
      assertFalse(Files.exists(begun));
      assertEquals(List.of("one", "two"), store.names());
      assertNothingIsStaged();
    }
  }

  @Test
  void doesNotClearWhatThisProcessIsWriting() throws Exception {
    store.publish(
        "outer",
        place -> {
          writeTwo(place);
          FolderStore.at(root).publish("inner", FolderStoreTest::writeTwo);
        });
    assertEquals(List.of("inner", "outer"), store.names());
    assertNothingIsStaged();
  }

  private void assertNothingIsStaged() {
    try (Stream<Path> staged = Files.list(root.resolve(".staging"))) {
      assertEquals(List.of(".lock"), staged.map(path -> path.getFileName().toString()).toList());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
