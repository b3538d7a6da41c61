package dev.millrace.refinery.dedup;

import dev.millrace.refinery.stage.Verdict;
import dev.millrace.schemas.DedupVerdict.Duplicate;
import java.util.Map;
import java.util.Optional;

/**
 * Under which rule a duplicate is dropped.
 *
 * <table>
 *   <tr><th>rule</th><th>measured</th><th>threshold</th></tr>
 *   <tr><td>{@code exact-duplicate.document}</td><td>1: the words are the same</td><td>1</td></tr>
 *   <tr><td>{@code exact-duplicate.uri}</td><td>1: the URI is the same</td><td>1</td></tr>
 *   <tr><td>{@code near-duplicate.minhash}</td>
 *     <td>the similarity that the number of shared bands suggests</td>
 *     <td>the similarity that the fewest bands suggest that decide</td></tr>
 * </table>
 */
public final class DuplicateRules {
  private DuplicateRules() {}

  /** The drop of a document that is a duplicate. */
  public static Verdict.Drop drop(Duplicate duplicate, DedupConfig config) {
    return switch (duplicate.shared()) {
      case CONTENT -> drop("exact-duplicate", "document", 1, 1);
      case URI -> drop("exact-duplicate", "uri", 1, 1);
      case BAND ->
          drop(
              "near-duplicate",
              "minhash",
              config.similarity(duplicate.bands()),
              config.similarity(config.bandsMin()));
    };
  }

  private static Verdict.Drop drop(String family, String rule, double measured, double threshold) {
    return new Verdict.Drop(
        family, family + "." + rule, measured, threshold, Optional.empty(), Map.of());
  }
}
