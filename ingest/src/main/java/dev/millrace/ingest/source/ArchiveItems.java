package dev.millrace.ingest.source;

import dev.millrace.ingest.source.ArchiveEntries.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Every entry read as a file of its own, compressed ones and archives in archives too. Nothing is
 * written anywhere: an entry's path is a name and no more. A licence file's {@link Licences} are
 * metadata of the files around it that follow it; a zip that is a file tells its licences first.
 */
final class ArchiveItems implements Items {
  private final Source source;
  private final ArchiveEntries entries;
  private final Licences licences = new Licences();
  private Optional<Items> current = Optional.empty();
  private Optional<EndsAtDamage> currentBytes = Optional.empty();
  private boolean begun;
  private boolean ended;

  ArchiveItems(Source source, ArchiveEntries entries) {
    this.source = source;
    this.entries = entries;
  }

  @Override
  public Optional<Item> next() {
    if (!ended && source.scope().depth() >= Sources.DEPTH_MAX) {
      ended = true;
      return Optional.of(source.damaged(0, "archives within archives, too deep"));
    }
    if (!begun) begin();
    while (true) {
      Optional<Item> item = current.flatMap(Items::next);
      if (item.isPresent() || ended) return item;
      item = nextEntry();
      if (item.isPresent()) return item;
    }
  }

  /** What all files are licensed by, as far as that can be known beforehand. */
  private void begin() {
    begun = true;
    for (Entry licence : entries.licences()) {
      try (InputStream in = licence.bytes()) {
        learn(licence.path(), in.readNBytes(Licences.BYTES_MAX));
      } catch (IOException e) {
        // Damage is told when the entry is read in its turn.
      }
    }
  }

  private void learn(String path, byte[] start) {
    licences.add(path, new String(start, StandardCharsets.ISO_8859_1));
  }

  /** Turns to the next entry that is wanted. */
  private Optional<Item> nextEntry() {
    boolean afterDamage = currentBytes.map(EndsAtDamage::isDamaged).orElse(false);
    closeCurrent();
    if (source.scope().expansion().isExceeded()) {
      ended = true;
      return Optional.empty();
    }
    try {
      Optional<Entry> entry = entries.next();
      ended = entry.isEmpty();
      if (entry.isPresent() && source.scope().wants(entry.get().path())) open(entry.get());
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      ended = true;
      // What broke the entry has been reported; that nothing follows it is no more news.
      return afterDamage ? Optional.empty() : Optional.of(unreadable(e));
    }
  }

  private Item unreadable(Exception e) {
    return source.damaged(0, "the archive is damaged or ends early: " + e.getMessage());
  }

  private void open(Entry entry) throws IOException {
    EndsAtDamage bytes = new EndsAtDamage(entry.bytes(), "the entry");
    InputStream watched = source.scope().expansion().watch(bytes);
    if (Licences.isLicence(entry.path())) {
      PeekedInput peeked = new PeekedInput(watched);
      learn(entry.path(), peeked.head());
      watched = peeked;
    }
    Place within = source.place().entry(entry.path());
    Place place = licences.ofPath(entry.path()).map(within::licensed).orElse(within);
    currentBytes = Optional.of(bytes);
    current =
        Optional.of(
            Sources.open(place, watched, Optional.empty(), source.scope().inside()).items());
  }

  /** Its decoders may hold native memory; what the archive is read from stays open. */
  private void closeCurrent() {
    current.ifPresent(Items::close);
    current = Optional.empty();
  }

  @Override
  public void close() {
    closeCurrent();
    Sources.close(entries);
    Sources.close(source.bytes());
  }
}
