package dev.millrace.ingest;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one push did. Everything in it is committed.
 *
 * @param domains documents pushed, by domain
 * @param damaged records that could not be read and were skipped
 * @param alreadyThere documents that an earlier push had brought
 * @param unsupported files and records that hold no text
 * @param failed files that could not be read to their end, or must not be continued
 * @param stopped whether it was stopped before the end
 */
public record IngestReport(
    Map<String, Count> domains,
    long damaged,
    long alreadyThere,
    long unsupported,
    long failed,
    boolean stopped,
    Duration elapsed) {

  /**
   * Documents.
   *
   * @param bytes of their content
   */
  public record Count(long documents, long bytes) {
    Count plus(Count other) {
      return new Count(documents + other.documents, bytes + other.bytes);
    }
  }

  public IngestReport {
    domains = Collections.unmodifiableMap(new TreeMap<>(domains));
  }

  /** Nothing was done. */
  static IngestReport none() {
    return new IngestReport(Map.of(), 0, 0, 0, 0, false, Duration.ZERO);
  }

  /** This push and then that. */
  IngestReport plus(IngestReport other) {
    Map<String, Count> sums = new TreeMap<>(domains);
    other.domains.forEach((domain, count) -> sums.merge(domain, count, Count::plus));
    return new IngestReport(
        sums,
        damaged + other.damaged,
        alreadyThere + other.alreadyThere,
        unsupported + other.unsupported,
        failed + other.failed,
        stopped || other.stopped,
        elapsed.plus(other.elapsed));
  }

  /** Of all domains. */
  public long documents() {
    return domains.values().stream().mapToLong(Count::documents).sum();
  }

  /** Of content, of all domains. */
  public long bytes() {
    return domains.values().stream().mapToLong(Count::bytes).sum();
  }
}
