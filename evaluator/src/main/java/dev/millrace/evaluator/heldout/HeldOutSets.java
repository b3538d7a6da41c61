package dev.millrace.evaluator.heldout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.evaluator.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The sets that a run has frozen, one JSON file each, SETID.json. Texts stay in the log; a set
 * names their places there.
 *
 * @param directory made when the first set is kept
 */
public record HeldOutSets(Path directory) {
  private static final String SUFFIX = ".json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A file's content. */
  private record Stored(
      String id, int tokensMax, SortedMap<String, List<HeldOutSet.Member>> domains) {}

  /** Keeps a set; keeping it again changes nothing. */
  public Path keep(HeldOutSet set) throws IOException {
    Path file = directory.resolve(set.id() + SUFFIX);
    if (Files.exists(file)) return file;
    Stored stored = new Stored(set.id(), set.tokensMax(), set.domains());
    WholeFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(stored) + "\n");
    return file;
  }

  /**
   * A set that was frozen for these domains and this many tokens.
   *
   * @param preferred the id to choose where there are several, as when two evaluators raced
   */
  public Optional<HeldOutSet> find(
      Collection<String> domains, int tokensMax, Optional<String> preferred) throws IOException {
    Optional<HeldOutSet> found = Optional.empty();
    for (Path file : files()) {
      HeldOutSet set = read(file);
      if (set.tokensMax() != tokensMax) continue;
      if (!set.domains().keySet().equals(Set.copyOf(domains))) continue;
      if (found.isEmpty() || preferred.equals(Optional.of(set.id()))) found = Optional.of(set);
    }
    return found;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(directory)) return List.of();
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  private static HeldOutSet read(Path file) throws IOException {
    try {
      Stored stored = JSON.readValue(Files.readAllBytes(file), Stored.class);
      HeldOutSet set = new HeldOutSet(stored.tokensMax(), stored.domains());
      if (set.id().equals(stored.id())) return set;
      throw new IOException(file + ": was altered: its content has the id " + set.id());
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": no held-out set: " + e.getOriginalMessage(), e);
    }
  }
}
