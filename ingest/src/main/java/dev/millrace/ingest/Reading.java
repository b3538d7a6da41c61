package dev.millrace.ingest;

import dev.millrace.ingest.source.Fingerprint;
import dev.millrace.ingest.source.Fingerprint.Change;
import dev.millrace.ingest.source.Format;
import dev.millrace.ingest.source.Item;
import dev.millrace.ingest.source.Items;
import dev.millrace.ingest.source.Meter;
import dev.millrace.ingest.source.Sources.Opened;
import dev.millrace.schemas.IngestProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;

/**
 * Walks through an input and leaves out what its marks say was pushed before. Items come in the
 * same order each time, so that the first so many documents and the first so many damaged records
 * are those that the mark counted.
 */
final class Reading implements AutoCloseable {
  private final Iterator<? extends Found> units;
  private final Function<String, Optional<IngestProgress>> marks;
  private final IngestOptions options;
  private final Meter meter;
  private Optional<Current> current = Optional.empty();

  /** The file that is being read. */
  private static final class Current {
    private final String shown;
    private final Items items;
    private long documentsToSkip;
    private long damagedToSkip;

    Current(String shown, Items items, IngestProgress from) {
      this.shown = shown;
      this.items = items;
      this.documentsToSkip = from.getDocuments();
      this.damagedToSkip = from.getDamaged();
    }

    /** The next item that the mark has not counted. */
    Optional<Item> next() {
      while (true) {
        Optional<Item> item = items.next();
        if (item.isEmpty() || !isCounted(item.get())) return item;
      }
    }

    private boolean isCounted(Item item) {
      if (item instanceof Item.Document) return documentsToSkip-- > 0;
      if (item instanceof Item.Damaged) return damagedToSkip-- > 0;
      return documentsToSkip > 0;
    }
  }

  /**
   * @param marks by the name of the unit
   */
  Reading(
      Iterator<? extends Found> units,
      Function<String, Optional<IngestProgress>> marks,
      IngestOptions options,
      Meter meter) {
    this.units = units;
    this.marks = marks;
    this.options = options;
    this.meter = meter;
  }

  /** Passes files by that another attempt of the same push has done with. */
  void skip(long files) {
    for (long i = 0; i < files && units.hasNext(); i++) {
      if (units.next() instanceof Unit unit) meter.skip(unit.bytes());
    }
  }

  /** Empty at the end. */
  Optional<Step> next() {
    if (current.isPresent()) return Optional.of(advance(current.get()));
    return units.hasNext() ? Optional.of(begin(units.next())) : Optional.empty();
  }

  private Step begin(Found found) {
    if (found instanceof Found.Unreadable u) return new Step.Failed(u.shown(), u.reason());
    Unit unit = (Unit) found;
    try {
      Optional<IngestProgress> mark = marks.apply(unit.name());
      return mark.isEmpty() ? start(unit) : resume(unit, mark.get());
    } catch (IOException e) {
      return new Step.Failed(unit.shown(), Failures.line(e));
    }
  }

  private Step start(Unit unit) throws IOException {
    Fingerprint now = unit.fingerprint(options.signature());
    return start(
        unit, new IngestProgress(unit.name(), now.toString(), 0L, 0L, 0L, false), Change.NONE);
  }

  private Step resume(Unit unit, IngestProgress mark) throws IOException {
    String signature = options.signature();
    Optional<Fingerprint> before = Fingerprint.parse(mark.getFingerprint());
    Change change = before.isEmpty() ? Change.OTHER_BYTES : unit.since(before.get(), signature);
    if (change == Change.OTHER_BYTES) return changed(unit);
    if (change == Change.OTHER_OPTIONS) {
      return new Step.Failed(
          unit.shown(),
          "was pushed with other options (%s): with --again all of it is pushed anew"
              .formatted(before.orElseThrow().options()));
    }
    if (change == Change.NONE && mark.getComplete() && unit.isKnownToItsEnd()) {
      meter.skip(unit.bytes());
      return new Step.AlreadyThere(mark.getDocuments());
    }
    mark.setFingerprint(unit.fingerprint(signature).toString());
    mark.setComplete(false); // Its end was that of a shorter file.
    return start(unit, mark, change);
  }

  private Step start(Unit unit, IngestProgress from, Change change) throws IOException {
    Opened opened = unit.open(options.reading(), meter);
    if (change == Change.GROWN && !opened.format().map(Format::isAppendable).orElse(true)) {
      opened.items().close();
      return changed(unit);
    }
    current = Optional.of(new Current(unit.shown(), opened.items(), from));
    return new Step.Started(unit.shown(), from, opened.isEmpty());
  }

  private static Step changed(Unit unit) {
    return new Step.Failed(
        unit.shown(), "has changed since it was pushed: with --again all of it is pushed anew");
  }

  private Step advance(Current reading) {
    try {
      Optional<Item> item = reading.next();
      if (item.isPresent()) return new Step.Read(item.get());
      close();
      return reading.documentsToSkip > 0
          ? new Step.Failed(reading.shown, "ends before the place where it was left")
          : new Step.Finished();
    } catch (UncheckedIOException e) {
      close();
      return new Step.Failed(reading.shown, Failures.line(e.getCause()));
    }
  }

  @Override
  public void close() {
    current.ifPresent(reading -> reading.items.close());
    current = Optional.empty();
  }
}
