package dev.millrace.ingest;

import dev.millrace.ingest.IngestOptions.BatchLimit;
import dev.millrace.ingest.source.Item;
import dev.millrace.schemas.IngestProgress;
import dev.millrace.schemas.RawDocument;
import java.time.Duration;
import java.util.Optional;

/** Turns the steps of reading into batches and commits them. */
final class Pushing {
  private final Publisher publisher;
  private final BatchLimit limit;
  private final Tally tally;
  private Batch batch;
  private Optional<Step.Started> current = Optional.empty();
  private Reached reached;

  Pushing(Publisher publisher, BatchLimit limit, Tally tally) {
    this.publisher = publisher;
    this.limit = limit;
    this.tally = tally;
    this.reached = tally.reached().again();
    this.batch = new Batch(limit, tally.reached());
  }

  /** How long may be waited for the next step. */
  Duration untilDue(Duration atMost) {
    long nanos = Math.max(0, Math.min(batch.nanosLeft(), atMost.toNanos()));
    return Duration.ofNanos(nanos);
  }

  void take(Step step) {
    if (step instanceof Step.Started s) {
      start(s);
    } else if (step instanceof Step.Read r) {
      read(r.item());
    } else if (step instanceof Step.Finished) {
      mark().setComplete(true);
      batch.mark(mark());
      finish();
    } else if (step instanceof Step.AlreadyThere a) {
      begin();
      batch.alreadyThere(a.documents());
      finish();
    } else if (step instanceof Step.Failed f) {
      if (current.isEmpty()) begin();
      batch.failed(f.shown(), f.reason());
      finish();
    }
  }

  private void start(Step.Started started) {
    current = Optional.of(started);
    tally.reading(started.shown());
    begin();
    if (reached.started() <= tally.reached().started()) return; // Told before an outage.
    long documents = started.from().getDocuments();
    batch.alreadyThere(documents);
    if (documents > 0) {
      batch.note("%s goes on after %,d documents".formatted(started.shown(), documents));
    }
    if (started.isEmpty()) batch.note(started.shown() + " is empty");
  }

  private void begin() {
    reached = reached.start();
    batch.reached(reached);
  }

  private void finish() {
    current = Optional.empty();
    reached = reached.finish();
    batch.reached(reached);
  }

  private void read(Item item) {
    IngestProgress mark = mark();
    if (item instanceof Item.Document d) {
      push(mark, d.document());
    } else if (item instanceof Item.Damaged d) {
      mark.setDamaged(mark.getDamaged() + 1);
      batch.damaged(mark, d);
    } else if (item instanceof Item.Unsupported u) {
      batch.unsupported(u);
    }
  }

  private void push(IngestProgress mark, RawDocument document) {
    long bytes = document.getContent().remaining();
    publisher.send(document);
    mark.setDocuments(mark.getDocuments() + 1);
    mark.setBytes(mark.getBytes() + bytes);
    batch.document(mark, document.getDomain(), bytes);
  }

  private IngestProgress mark() {
    return current.orElseThrow().from();
  }

  void commitIfDue() {
    if (!batch.isEmpty() && batch.isFull()) commit();
    tally.tell();
  }

  void commit() {
    batch.marks().forEach(publisher::send);
    tally.committing(batch);
    publisher.commit();
    tally.add(batch);
    batch = new Batch(limit, tally.reached());
  }
}
