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
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * A file behind a URL. It is known by its first bytes, its size and the version that the server
 * names; where it names none, by its first bytes alone, as any stream.
 */
final class UrlUnit implements Unit {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private final Place place;
  private final Optional<Glob> entries;
  private final Download download;
  private final byte[] head;
  private final InputStream rest;
  private boolean opened;

  private UrlUnit(
      Place place, Optional<Glob> entries, Download download, byte[] head, InputStream rest) {
    this.place = place;
    this.entries = entries;
    this.download = download;
    this.head = head;
    this.rest = rest;
  }

  /**
   * Connects and reads the first bytes.
   *
   * @param name by which it is known again
   */
  static UrlUnit of(Input input, String name) throws IOException {
    URI uri = uri(input.location());
    Download download = new Download(uri, FIRST_PAUSE);
    InputStream bytes = download.bytes();
    byte[] head = bytes.readNBytes(Fingerprint.PART_BYTES);
    String path = uri.getPath() == null ? "" : uri.getPath();
    String fileName = path.substring(path.lastIndexOf('/') + 1);
    Place place = Place.of(name, Optional.of(input.shown()), input.shown(), fileName);
    return new UrlUnit(place, input.entries(), download, head, bytes);
  }

  private static URI uri(String location) throws IOException {
    try {
      URI uri = new URI(location);
      if (uri.getHost() != null) return uri;
    } catch (URISyntaxException e) {
      // Its message has all of the location, secrets included.
    }
    throw new IOException("no URL");
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
    return download.size().orElse(0);
  }

  @Override
  public Fingerprint fingerprint(String options) {
    return isVersioned()
        ? Fingerprint.of(
            head, download.size().getAsLong(), download.version().orElseThrow(), options)
        : Fingerprint.of(head, options);
  }

  private boolean isVersioned() {
    return download.size().isPresent() && download.version().isPresent();
  }

  @Override
  public Change since(Fingerprint before, String options) {
    return isVersioned() ? before.to(fingerprint(options)) : before.to(head, options);
  }

  @Override
  public boolean isKnownToItsEnd() {
    return isVersioned() || head.length < Fingerprint.PART_BYTES;
  }

  @Override
  public Opened open(ReadOptions options, Meter meter) throws IOException {
    if (opened) throw new IllegalStateException(shown() + " can be read once");
    opened = true;
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), rest);
    return Sources.open(all, place, options, entries, meter);
  }
}
