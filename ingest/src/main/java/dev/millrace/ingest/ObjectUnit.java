package dev.millrace.ingest;

import dev.millrace.ingest.source.Fingerprint;
import dev.millrace.ingest.source.Fingerprint.Change;
import dev.millrace.ingest.source.Glob;
import dev.millrace.ingest.source.Meter;
import dev.millrace.ingest.source.Place;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.ingest.source.Sources;
import dev.millrace.ingest.source.Sources.Opened;
import java.io.IOException;
import java.util.Optional;

/**
 * An object of a store, known by its size and entity tag as they were listed.
 *
 * @param entries where it is an archive; another choice of entries is another unit
 */
record ObjectUnit(ObjectStore store, ObjectStore.Entry object, Place place, Optional<Glob> entries)
    implements Unit {
  @Override
  public String name() {
    return entries.map(chosen -> place.name() + "!/" + chosen).orElse(place.name());
  }

  @Override
  public String shown() {
    return place.shown();
  }

  @Override
  public long bytes() {
    return object.size();
  }

  @Override
  public Fingerprint fingerprint(String options) {
    return Fingerprint.of(new byte[0], object.size(), object.version(), options);
  }

  @Override
  public Change since(Fingerprint before, String options) {
    Fingerprint now = fingerprint(options);
    if (now.equals(before)) return Change.NONE;
    boolean sameBytes = now.size() == before.size() && now.hash().equals(before.hash());
    return sameBytes ? Change.OTHER_OPTIONS : Change.OTHER_BYTES;
  }

  @Override
  public boolean isKnownToItsEnd() {
    return true;
  }

  @Override
  public Opened open(ReadOptions options, Meter meter) throws IOException {
    return Sources.open(store.open(object), place, options, entries, meter);
  }
}
