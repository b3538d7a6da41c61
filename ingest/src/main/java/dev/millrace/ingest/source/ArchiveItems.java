package dev.millrace.ingest.source;

import dev.millrace.ingest.source.ArchiveEntries.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Every entry read as a file of its own, compressed ones and archives in archives too. Nothing is
 * written anywhere: an entry's path is a name and no more.
 */
final class ArchiveItems implements Items {
  private final Source source;
  private final ArchiveEntries entries;
  private Optional<Items> current = Optional.empty();
  private Optional<EndsAtDamage> currentBytes = Optional.empty();
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
    while (true) {
      Optional<Item> item = current.flatMap(Items::next);
      if (item.isPresent() || ended) return item;
      item = nextEntry();
      if (item.isPresent()) return item;
    }
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
      entry.filter(e -> source.scope().wants(e.path())).ifPresent(this::open);
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

  private void open(Entry entry) {
    EndsAtDamage bytes = new EndsAtDamage(entry.bytes(), "the entry");
    InputStream watched = source.scope().expansion().watch(bytes);
    Place place = source.place().entry(entry.path());
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
