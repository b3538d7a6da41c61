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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A regular file. */
record FileUnit(Path file, Place place, Optional<Glob> entries) implements Unit {
  @Override
  public long bytes() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0; // Opening it will say so.
    }
  }

  @Override
  public Fingerprint fingerprint(String options) throws IOException {
    return Fingerprint.of(file, options);
  }

  @Override
  public Change since(Fingerprint before, String options) throws IOException {
    return before.to(file, options);
  }

  @Override
  public boolean isKnownToItsEnd() {
    return true;
  }

  @Override
  public Opened open(ReadOptions options, Meter meter) throws IOException {
    return Sources.open(file, place, options, entries, meter);
  }
}
