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

/** An object of a store, known by its size and entity tag as they were listed. */
record ObjectUnit(ObjectStore store, ObjectStore.Entry object, Place place, Optional<Glob> entries)
    implements Unit {
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
    return before.to(fingerprint(options));
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
