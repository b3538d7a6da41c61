package dev.millrace.evaluator.heldout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.runtime.artifacts.ArtifactStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * The sets that a run has frozen, SETID/set.json in an artifact store of their own. Texts stay in
 * the log; a set names their places there.
 */
public record HeldOutSets(ArtifactStore store) {
  private static final String FILE = "set.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A file's content. */
  private record Stored(
      String id, int tokensMax, SortedMap<String, List<HeldOutSet.Member>> domains) {}

  /** Keeps a set; keeping it again changes nothing. */
  public void keep(HeldOutSet set) throws IOException {
    Stored stored = new Stored(set.id(), set.tokensMax(), set.domains());
    String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(stored) + "\n";
    try {
      store.publish(set.id(), directory -> Files.writeString(directory.resolve(FILE), json));
    } catch (FileAlreadyExistsException e) {
      return; // The id is a hash of the content.
    }
  }

  /** Removes a set, if it is there. */
  public void remove(HeldOutSet set) throws IOException {
    store.delete(set.id());
  }

  /**
   * A set that was frozen for these domains and this many tokens.
   *
   * @param preferred the id to choose where there are several, as when two evaluators raced
   */
  public Optional<HeldOutSet> find(
      Collection<String> domains, int tokensMax, Optional<String> preferred) throws IOException {
    Optional<HeldOutSet> found = Optional.empty();
    for (String id : store.names()) {
      HeldOutSet set = read(id);
      if (set.tokensMax() != tokensMax) continue;
      if (!set.domains().keySet().equals(Set.copyOf(domains))) continue;
      if (found.isEmpty() || preferred.equals(Optional.of(set.id()))) found = Optional.of(set);
    }
    return found;
  }

  private HeldOutSet read(String id) throws IOException {
    String file = id + "/" + FILE;
    try {
      Stored stored = JSON.readValue(store.read(id, FILE), Stored.class);
      HeldOutSet set = new HeldOutSet(stored.tokensMax(), stored.domains());
      if (set.id().equals(stored.id())) return set;
      throw new IOException(file + ": was altered: its content has the id " + set.id());
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": no held-out set: " + e.getOriginalMessage(), e);
    }
  }
}
