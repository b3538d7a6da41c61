package dev.millrace.runtime.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCacheTest {
  private static final int BYTES = 100;

  @TempDir Path directory;

  /** Has room for two copies. */
  private static ArtifactCache cache(Path root) {
    return new ArtifactCache(FolderStore.at(root), 2 * BYTES + BYTES / 2);
  }

  private static Published keep(ArtifactCache cache, String id) throws IOException {
    return cache.keep(id, "step-1", place -> Files.write(place.resolve("f"), new byte[BYTES]));
  }

  private List<String> copies() throws IOException {
    return FolderStore.at(directory).names();
  }

  /** So that the order of use does not hang on the clock's ticks. */
  private void used(String id, int secondsAgo) throws IOException {
    Instant then = Instant.now().minusSeconds(secondsAgo);
    Files.setLastModifiedTime(directory.resolve(id), FileTime.from(then));
  }

  @Test
  void theLeastRecentlyUsedCopyGoesWhereThereAreTooManyBytes() throws Exception {
    ArtifactCache cache = cache(directory);
    Published a = keep(cache, "a");
    keep(cache, "b");
    used("a", 20);
    used("b", 10);
    assertEquals(Optional.of(directory.resolve("a")), cache.find("a", a.sha256()));
    keep(cache, "c");
    assertEquals(List.of("a", "c"), copies());
  }

  @Test
  void theCopyThatWasAskedForLastStaysHoweverLargeItIs() throws Exception {
    ArtifactCache cache = cache(directory);
    cache.keep("a", "step-1", place -> Files.write(place.resolve("f"), new byte[9 * BYTES]));
    assertEquals(List.of("a"), copies());
    keep(cache, "b");
    assertEquals(List.of("b"), copies());
  }

  /** As a checkpoint that is about to be loaded while other artifacts are published. */
  @Test
  void theCopyThatWasLookedForLastStaysThoughOthersAreMade() throws Exception {
    ArtifactCache cache = cache(directory);
    Published a = keep(cache, "a");
    cache.find("a", a.sha256());
    used("a", 20);
    for (String id : List.of("b", "c", "d")) keep(cache, id);
    assertEquals(List.of("a", "d"), copies());
    cache.find("e", a.sha256());
    keep(cache, "e");
    used("e", 20);
    for (String id : List.of("f", "g")) keep(cache, id);
    assertEquals(List.of("e", "g"), copies(), "also one that was not here");
  }

  @Test
  void aDamagedCopyIsThrownAway() throws Exception {
    ArtifactCache cache = cache(directory);
    Published a = keep(cache, "a");
    Files.write(directory.resolve("a").resolve("f"), new byte[BYTES - 1]);
    assertEquals(Optional.empty(), cache.find("a", a.sha256()));
    assertEquals(List.of(), copies());
  }

  @Test
  void whatAnotherOfThisProcessUsesStays() throws Exception {
    ArtifactCache other = cache(directory);
    keep(other, "a");
    ArtifactCache cache = cache(directory);
    for (String id : List.of("b", "c", "d")) keep(cache, id);
    assertEquals(List.of("a", "d"), copies());
    keep(other, "e");
    assertFalse(copies().contains("a"), copies().toString());
  }

  /** Uses a copy for as long as it lives. */
  static final class User {
    public static void main(String[] arguments) throws Exception {
      keep(cache(Path.of(arguments[0])), "a");
      System.out.println("using");
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  @Test
  void whatAnotherProcessUsesStaysUntilThatDies() throws Exception {
    ArtifactCache cache = cache(directory);
    try (ChildJvm user =
        ChildJvm.of(User.class)
            .arguments(directory.toString())
            .start(Path.of(directory + "-output"))) {
      user.awaitLine("using", Duration.ofMinutes(1));
      for (String id : List.of("b", "c", "d")) keep(cache, id);
      assertTrue(copies().contains("a"), copies().toString());
      user.kill9();
      keep(cache, "e");
      assertFalse(copies().contains("a"), copies().toString());
    }
  }
}
