package dev.millrace.ingest;

import dev.millrace.ingest.IngestOptions.BatchLimit;
import dev.millrace.ingest.IngestReport.Count;
import dev.millrace.ingest.source.Item;
import dev.millrace.schemas.IngestProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What one transaction does, and what there is to tell when it is committed. */
final class Batch {
  private final BatchLimit limit;
  private final Map<String, IngestProgress> marks = new LinkedHashMap<>();
  private final Map<String, Count> domains = new HashMap<>();
  private final List<Consumer<IngestListener>> news = new ArrayList<>();
  private long documents;
  private long bytes;
  private long damaged;
  private long alreadyThere;
  private long unsupported;
  private long failed;
  private Reached reached;
  private boolean empty = true;
  private long startNanos;

  Batch(BatchLimit limit, Reached reached) {
    this.limit = limit;
    this.reached = reached;
  }

  /**
   * A document was sent.
   *
   * @param mark counts it
   */
  void document(IngestProgress mark, String domain, long contentBytes) {
    mark(mark);
    documents++;
    bytes += contentBytes;
    domains.merge(domain, new Count(1, contentBytes), Count::plus);
  }

  /** A record is skipped; the mark counts it. */
  void damaged(IngestProgress mark, Item.Damaged item) {
    mark(mark);
    damaged++;
    news.add(listener -> listener.damaged(item));
  }

  /** How far a file is; the last word counts. */
  void mark(IngestProgress mark) {
    touch();
    marks.put(mark.getInput(), mark);
  }

  void unsupported(Item.Unsupported item) {
    touch();
    unsupported++;
    news.add(listener -> listener.unsupported(item));
  }

  void failed(String file, String reason) {
    touch();
    failed++;
    news.add(listener -> listener.failed(file, reason));
  }

  void alreadyThere(long count) {
    touch();
    alreadyThere += count;
  }

  /** How far the push is when this is committed. */
  void reached(Reached now) {
    touch();
    reached = now;
  }

  Reached reached() {
    return reached;
  }

  void note(String line) {
    touch();
    news.add(listener -> listener.note(line));
  }

  private void touch() {
    if (empty) startNanos = System.nanoTime();
    empty = false;
  }

  boolean isEmpty() {
    return empty;
  }

  boolean isFull() {
    return documents >= limit.documents()
        || bytes >= limit.bytes()
        || news.size() >= limit.documents()
        || marks.size() >= limit.documents()
        || nanosLeft() <= 0;
  }

  /** Until it is old enough to be committed. */
  long nanosLeft() {
    long age = empty ? 0 : System.nanoTime() - startNanos;
    return limit.age().toNanos() - age;
  }

  Collection<IngestProgress> marks() {
    return marks.values();
  }

  /** Whether readers see its marks, and so, it being one transaction, all of it. */
  boolean isCommitted(Function<String, Optional<IngestProgress>> committed) {
    return !marks.isEmpty()
        && marks.values().stream()
            .allMatch(mark -> committed.apply(mark.getInput()).equals(Optional.of(mark)));
  }

  /** Adds its numbers to those of the run. */
  IngestReport addTo(IngestReport report) {
    Map<String, Count> sums = new HashMap<>(report.domains());
    domains.forEach((domain, count) -> sums.merge(domain, count, Count::plus));
    return new IngestReport(
        sums,
        report.damaged() + damaged,
        report.alreadyThere() + alreadyThere,
        report.unsupported() + unsupported,
        report.failed() + failed,
        report.stopped(),
        report.elapsed());
  }

  /** In the order in which it happened. */
  void tell(IngestListener listener) {
    if (documents > 0) listener.pushed(documents, bytes);
    for (Consumer<IngestListener> item : news) item.accept(listener);
  }
}
