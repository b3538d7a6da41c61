package dev.millrace.ingest;

import dev.millrace.ingest.source.Fingerprint;
import dev.millrace.ingest.source.Fingerprint.Change;
import dev.millrace.ingest.source.Glob;
import dev.millrace.ingest.source.Meter;
import dev.millrace.ingest.source.Place;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.ingest.source.Sources.Opened;
import java.io.IOException;
import java.util.Optional;

/** What has a mark of its own: one file or one stream. */
interface Unit extends Found {
  /** Where its documents come from. */
  Place place();

  /** Of an archive those that are read; another choice is another unit. */
  Optional<Glob> entries();

  /** Key of its mark: the same for the same input, wherever it is read from. */
  default String name() {
    return entries().map(chosen -> place().name() + "!/" + chosen).orElse(place().name());
  }

  @Override
  default String shown() {
    return place().shown();
  }

  /** Of the file, compressed as it is; 0 where that is not known. */
  long bytes();

  /** As it is now. */
  Fingerprint fingerprint(String options) throws IOException;

  /** What became of it since. */
  Change since(Fingerprint before, String options) throws IOException;

  /**
   * Whether its fingerprint speaks for its end, or something may follow that only reading shows.
   */
  boolean isKnownToItsEnd();

  /** Reads it from its beginning. */
  Opened open(ReadOptions options, Meter meter) throws IOException;
}
