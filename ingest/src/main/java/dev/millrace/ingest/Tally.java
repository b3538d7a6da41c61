package dev.millrace.ingest;

import dev.millrace.ingest.IngestListener.Snapshot;
import dev.millrace.ingest.source.Meter;
import dev.millrace.schemas.IngestProgress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** The numbers of a run, and whoever hears them. */
final class Tally {
  private static final long TELL_EVERY_NANOS = Duration.ofMillis(100).toNanos();

  private final IngestListener listener;
  private final OptionalLong bytesTotal;
  private final Meter meter = new Meter();
  private final long startNanos = System.nanoTime();
  private IngestReport sum = new IngestReport(Map.of(), 0, 0, 0, 0, false, Duration.ZERO);
  private String input = "";
  private Reached reached = Reached.NOTHING;
  private long inputStart;
  private long commits;
  private long toldNanos = startNanos;
  private Optional<Batch> inDoubt = Optional.empty();

  Tally(IngestListener listener, OptionalLong bytesTotal) {
    this.listener = listener;
    this.bytesTotal = bytesTotal;
  }

  /** Of what is read. */
  Meter meter() {
    return meter;
  }

  /** How many batches have been committed. */
  long commits() {
    return commits;
  }

  /** Another input. */
  void begin() {
    reached = Reached.NOTHING;
    inputStart = meter.bytes();
  }

  /** The same input once more. */
  void beginAgain() {
    meter.rewind(inputStart);
  }

  /** In the current input, committed. */
  Reached reached() {
    return reached;
  }

  /** Whether no mark can be of the current input's push, not even one that was not answered. */
  boolean isAtTheStart() {
    return reached.equals(Reached.NOTHING) && inDoubt.isEmpty();
  }

  void reading(String location) {
    input = location;
  }

  /** A batch is about to be committed; where nobody answers, it stays in doubt. */
  void committing(Batch batch) {
    inDoubt = Optional.of(batch);
  }

  /**
   * Counts the batch in doubt if it was committed, and forgets it otherwise.
   *
   * @param marks the committed ones, by unit
   */
  void settle(Function<String, Optional<IngestProgress>> marks) {
    inDoubt.filter(batch -> batch.isCommitted(marks)).ifPresent(this::add);
    inDoubt = Optional.empty();
  }

  /** A committed batch. */
  void add(Batch batch) {
    inDoubt = Optional.empty();
    if (batch.isEmpty()) return;
    commits++;
    reached = batch.reached();
    sum = batch.addTo(sum);
    batch.tell(listener);
    snapshot();
  }

  void note(String line) {
    listener.note(line);
  }

  /** Tells how far it is, not too often. */
  void tell() {
    if (System.nanoTime() - toldNanos >= TELL_EVERY_NANOS) snapshot();
  }

  private void snapshot() {
    toldNanos = System.nanoTime();
    listener.progress(new Snapshot(input, meter.bytes(), bytesTotal, sum.documents(), sum.bytes()));
  }

  IngestReport report(boolean stopped) {
    return new IngestReport(
        sum.domains(),
        sum.damaged(),
        sum.alreadyThere(),
        sum.unsupported(),
        sum.failed(),
        stopped,
        Duration.ofNanos(System.nanoTime() - startNanos));
  }
}
