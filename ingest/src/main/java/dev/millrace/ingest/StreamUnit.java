package dev.millrace.ingest;

import dev.millrace.ingest.source.Fingerprint;
import dev.millrace.ingest.source.Fingerprint.Change;
import dev.millrace.ingest.source.Glob;
import dev.millrace.ingest.source.Meter;
import dev.millrace.ingest.source.Place;
import dev.millrace.ingest.source.ReadOptions;
import dev.millrace.ingest.source.Sources;
import dev.millrace.ingest.source.Sources.Opened;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;

/** A stream that can be read once. It is known by its first bytes. */
final class StreamUnit implements Unit {
  private final Place place;
  private final Optional<Glob> entries;
  private final byte[] head;
  private final InputStream rest;
  private boolean opened;

  /**
   * @param head the first {@value Fingerprint#PART_BYTES} bytes, or all
   */
  StreamUnit(Place place, Optional<Glob> entries, byte[] head, InputStream rest) {
    this.place = place;
    this.entries = entries;
    this.head = head;
    this.rest = rest;
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public Optional<Glob> entries() {
    return entries;
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public Fingerprint fingerprint(String options) {
    return Fingerprint.of(head, options);
  }

  @Override
  public Change since(Fingerprint before, String options) {
    return before.to(head, options);
  }

  @Override
  public boolean isKnownToItsEnd() {
    return head.length < Fingerprint.PART_BYTES;
  }

  @Override
  public Opened open(ReadOptions options, Meter meter) throws IOException {
    if (opened) throw new IllegalStateException(shown() + " can be read once");
    opened = true;
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), rest);
    return Sources.open(all, place, options, entries, meter);
  }
}
