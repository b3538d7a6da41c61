package dev.millrace.ingest;

import dev.millrace.ingest.source.Item;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts what was pushed since the start of the process, and passes on what it hears: all but the
 * progress within one push, which starts anew with each.
 */
final class FollowMeters implements IngestListener {
  private final IngestListener next;
  private final Counter documents;
  private final Counter bytes;
  private final Counter damaged;
  private final Counter failures;

  FollowMeters(MeterRegistry meters, IngestListener next) {
    this.next = next;
    documents = meters.counter("millrace.ingest.documents");
    bytes = meters.counter("millrace.ingest.bytes");
    damaged = meters.counter("millrace.ingest.damaged");
    failures = meters.counter("millrace.ingest.failures");
  }

  @Override
  public void pushed(long count, long contentBytes) {
    documents.increment((double) count);
    bytes.increment((double) contentBytes);
  }

  @Override
  public void damaged(Item.Damaged damage) {
    damaged.increment();
    next.damaged(damage);
  }

  @Override
  public void unsupported(Item.Unsupported item) {
    next.unsupported(item);
  }

  @Override
  public void failed(String file, String reason) {
    failures.increment();
    next.failed(file, reason);
  }

  @Override
  public void note(String line) {
    next.note(line);
  }
}
