package dev.millrace.evaluator.heldout;

import dev.millrace.schemas.checkpoint.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which held-out documents a run's checkpoints are evaluated on. It never changes: evaluations may
 * be compared where their set ids are equal, and nowhere else.
 *
 * @param tokensMax how many tokens of each domain were wanted
 * @param domains each one's documents, in the order in which they were chosen
 */
public record HeldOutSet(int tokensMax, SortedMap<String, List<Member>> domains) {
  private static final int ID_DIGITS = 16;

  /**
   * A document's place in {@code documents.held-out}, and how much of it is used.
   *
   * @param contentHash in hex, the record's key
   * @param bytes of the text in UTF-8 that are used, from its beginning
   * @param tokens that the used part had when the set was frozen
   */
  public record Member(int partition, long offset, String contentHash, long bytes, int tokens) {}

  public HeldOutSet {
    SortedMap<String, List<Member>> copy = new TreeMap<>();
    domains.forEach((domain, members) -> copy.put(domain, List.copyOf(members)));
    domains = Collections.unmodifiableSortedMap(copy);
  }

  /** The set's identity: 16 hex digits of a hash of domains, places, contents and lengths. */
  public String id() {
    StringBuilder identity = new StringBuilder();
    for (Map.Entry<String, List<Member>> domain : domains.entrySet()) {
      identity.append(domain.getKey()).append('\n');
      for (Member m : domain.getValue()) {
        identity
            .append(m.partition())
            .append(':')
            .append(m.offset())
            .append(' ')
            .append(m.contentHash())
            .append(' ')
            .append(m.bytes())
            .append('\n');
      }
    }
    byte[] bytes = identity.toString().getBytes(StandardCharsets.UTF_8);
    return Sha256.of(bytes).substring(0, ID_DIGITS);
  }
}
