package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** The files in an archive, in its own order. */
interface ArchiveEntries extends AutoCloseable {
  /**
   * One file.
   *
   * @param bytes to be read before the next entry is asked for
   */
  record Entry(String path, InputStream bytes) {}

  /**
   * The next file; empty at the end.
   *
   * @throws IOException where no more entries can be found, once
   */
  Optional<Entry> next() throws IOException;

  /** The licence files that can be had before the entries are read; they come again with those. */
  default List<Entry> licences() {
    return List.of();
  }

  @Override
  void close() throws IOException;
}
