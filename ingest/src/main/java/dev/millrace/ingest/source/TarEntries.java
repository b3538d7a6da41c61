package dev.millrace.ingest.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The regular files in a tar. */
final class TarEntries implements ArchiveEntries {
  private static final int BLOCK_BYTES = 512;
  private static final byte[] END = new byte[BLOCK_BYTES];
  private static final long HEADER_BYTES_MAX = 1 << 20;

  private final Ending bytes;
  private final TarArchiveInputStream tar;
  private boolean unfinished;

  TarEntries(InputStream in) {
    this.bytes = new Ending(new BufferedInputStream(in), BLOCK_BYTES);
    this.tar = new TarArchiveInputStream(bytes, "UTF-8");
  }

  @Override
  public Optional<Entry> next() throws IOException {
    while (true) {
      if (unfinished) tar.transferTo(OutputStream.nullOutputStream());
      bytes.allow(HEADER_BYTES_MAX); // Names and attributes are kept in memory, and may lie.
      TarArchiveEntry entry = tar.getNextEntry();
      bytes.allow(Long.MAX_VALUE);
      unfinished = entry != null;
      if (entry == null) {
        if (!Arrays.equals(bytes.tail(), END)) throw new IOException("it has no end mark");
        return Optional.empty();
      }
      if (!entry.isCheckSumOK()) throw new IOException("a header fails its checksum");
      if (entry.isFile() && !entry.isSymbolicLink() && !entry.isLink()) {
        return Optional.of(new Entry(entry.getName(), new Shielded(tar)));
      }
    }
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
