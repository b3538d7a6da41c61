package dev.millrace.evaluator.heldout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.runtime.artifacts.FolderStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutSetsTest {
  @TempDir Path directory;

  private static HeldOutSet set(int tokensMax, long offset, String... domains) {
    TreeMap<String, List<HeldOutSet.Member>> members = new TreeMap<>();
    for (String domain : domains) {
      members.put(domain, List.of(new HeldOutSet.Member(1, offset, "00ff", 12, 3)));
    }
    return new HeldOutSet(tokensMax, members);
  }

  @Test
  void readsBackWhatItKeeps() throws IOException {
    HeldOutSets sets = new HeldOutSets(FolderStore.at(directory.resolve("heldout")));
    HeldOutSet set = set(100, 7, "a", "b");
    assertEquals(Optional.empty(), sets.find(List.of("b", "a"), 100, Optional.empty()));
    sets.keep(set);
    sets.keep(set);
    assertEquals(List.of(set.id()), sets.store().names());
    assertEquals(Optional.of(set), sets.find(List.of("b", "a"), 100, Optional.empty()));
  }

  @Test
  void otherDomainsOrAnotherSizeAreAnotherSet() throws IOException {
    HeldOutSets sets = new HeldOutSets(FolderStore.at(directory));
    sets.keep(set(100, 7, "a", "b"));
    assertEquals(Optional.empty(), sets.find(List.of("a"), 100, Optional.empty()));
    assertEquals(Optional.empty(), sets.find(List.of("a", "b"), 200, Optional.empty()));
  }

  @Test
  void prefersTheOneThatResultsName() throws IOException {
    HeldOutSets sets = new HeldOutSets(FolderStore.at(directory));
    for (long offset = 0; offset < 5; offset++) sets.keep(set(100, offset, "a"));
    for (long offset = 0; offset < 5; offset++) {
      HeldOutSet wanted = set(100, offset, "a");
      assertEquals(Optional.of(wanted), sets.find(List.of("a"), 100, Optional.of(wanted.id())));
    }
    assertTrue(sets.find(List.of("a"), 100, Optional.of("unknown")).isPresent());
  }

  /** sha256 of "a\n1:7 00ff 12\n", so that the id means the same in every version. */
  @Test
  void theIdIsStable() {
    assertEquals("698863c49c3b1361", set(100, 7, "a").id());
    assertEquals(set(100, 7, "a").id(), set(200, 7, "a").id());
  }

  /** What version 0.1.0 wrote. */
  @Test
  void aSetOfAnEarlierVersionIsRead() throws IOException {
    String golden =
        """
        {
          "id" : "698863c49c3b1361",
          "tokensMax" : 100,
          "domains" : {
            "a" : [ {
              "partition" : 1,
              "offset" : 7,
              "contentHash" : "00ff",
              "bytes" : 12,
              "tokens" : 3
            } ]
          }
        }
        """;
    Path file = directory.resolve("698863c49c3b1361").resolve("set.json");
    Files.createDirectory(file.getParent());
    Files.writeString(file, golden);
    HeldOutSets sets = new HeldOutSets(FolderStore.at(directory));
    HeldOutSet set = set(100, 7, "a");
    assertEquals(Optional.of(set), sets.find(List.of("a"), 100, Optional.empty()));
    sets.remove(set);
    sets.keep(set);
    assertEquals(golden, Files.readString(file));
  }

  @Test
  void refusesAFileThatWasAltered() throws IOException {
    HeldOutSets sets = new HeldOutSets(FolderStore.at(directory));
    HeldOutSet set = set(100, 7, "a");
    sets.keep(set);
    Path file = directory.resolve(set.id()).resolve("set.json");
    Files.writeString(file, Files.readString(file).replace("\"offset\" : 7", "\"offset\" : 8"));
    IOException altered =
        assertThrows(IOException.class, () -> sets.find(List.of("a"), 100, Optional.empty()));
    assertTrue(altered.getMessage().contains("was altered"), altered.getMessage());
    Files.writeString(file, "{");
    assertThrows(IOException.class, () -> sets.find(List.of("a"), 100, Optional.empty()));
  }
}
