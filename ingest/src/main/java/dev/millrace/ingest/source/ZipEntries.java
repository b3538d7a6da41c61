package dev.millrace.ingest.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files in a zip. A zip that is a file is read through its directory, where damage to one entry
 * leaves the others whole; one without a directory (cut off) or within something else is read as it
 * comes.
 */
final class ZipEntries {
  private ZipEntries() {}

  static ArchiveEntries of(Source source) {
    if (source.file().isPresent()) {
      try {
        return new Directory(source.file().get(), source.scope().meter());
      } catch (IOException e) {
        return new Streamed(source.bytes()); // Reports what it meets.
      }
    }
    return new Streamed(source.bytes());
  }

  /** By the directory at the end. */
  private static final class Directory implements ArchiveEntries {
    private static final int LICENCES_MAX = 1000;

    private final ZipFile zip;
    private final Meter meter;
    private final Iterator<? extends ZipEntry> entries;

    Directory(Path file, Meter meter) throws IOException {
      this.zip = new ZipFile(file.toFile());
      this.meter = meter;
      this.entries = zip.entries().asIterator();
    }

    @Override
    public Optional<Entry> next() {
      while (entries.hasNext()) {
        ZipEntry entry = entries.next();
        if (!entry.isDirectory()) return Optional.of(new Entry(entry.getName(), bytes(entry)));
      }
      return Optional.empty();
    }

    @Override
    public List<Entry> licences() {
      return zip.stream()
          .filter(e -> !e.isDirectory() && Licences.isLicence(e.getName()))
          .limit(LICENCES_MAX)
          .map(e -> new Entry(e.getName(), new Checked(() -> zip.getInputStream(e), e.getCrc())))
          .toList();
    }

    private InputStream bytes(ZipEntry entry) {
      meter.add(entry.getCompressedSize());
      return new Checked(() -> zip.getInputStream(entry), entry.getCrc());
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }

  /** From front to back. */
  private static final class Streamed implements ArchiveEntries {
    private static final int DIRECTORY_END_BYTES = 22;
    private static final int COMMENT_BYTES_MAX = 0xffff;

    private final Ending bytes;
    private final ZipArchiveInputStream zip;

    Streamed(InputStream in) {
      this.bytes = new Ending(new BufferedInputStream(in), DIRECTORY_END_BYTES + COMMENT_BYTES_MAX);
      // Java's own jar files store entries whose size follows them.
      this.zip = new ZipArchiveInputStream(bytes, "UTF-8", true, true);
    }

    @Override
    public Optional<Entry> next() throws IOException {
      ZipArchiveEntry entry = following();
      while (entry != null && entry.isDirectory()) entry = following();
      if (entry == null) {
        if (!hasDirectory(bytes.tail())) throw new IOException("it has no directory at its end");
        return Optional.empty();
      }
      long checksum = entry.getCrc(); // Unknown where it follows the bytes.
      InputStream content = new Shielded(zip);
      return Optional.of(
          new Entry(
              entry.getName(), checksum < 0 ? content : new Checked(() -> content, checksum)));
    }

    /** Passes over what is left of the entry before, which has no decoder where it was not read. */
    private @Nullable ZipArchiveEntry following() throws IOException {
      try {
        return zip.getNextEntry();
      } catch (NullPointerException e) {
        throw new IOException("an entry cannot be passed over", e);
      }
    }

    /** What ends a zip, with a comment that may follow. */
    private static boolean hasDirectory(byte[] tail) {
      for (int i = tail.length - DIRECTORY_END_BYTES; i >= 0; i--) {
        if (tail[i] == 'P' && tail[i + 1] == 'K' && tail[i + 2] == 5 && tail[i + 3] == 6) {
          int comment = (tail[i + 20] & 0xff) | ((tail[i + 21] & 0xff) << 8);
          if (i + DIRECTORY_END_BYTES + comment <= tail.length) return true;
        }
      }
      return false;
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }
  }

  /** Where an entry is opened when it is read. */
  private interface Opener {
    InputStream open() throws IOException;
  }

  /** Compares the checksum at the end of the bytes, which the zip readers do not. */
  private static final class Checked extends InputStream {
    private final Opener opener;
    private final long expected;
    private Optional<CheckedInputStream> in = Optional.empty();

    Checked(Opener opener, long expected) {
      this.opener = opener;
      this.expected = expected;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (in.isEmpty()) in = Optional.of(new CheckedInputStream(opener.open(), new CRC32()));
      int count = in.get().read(bytes, offset, length);
      if (count < 0 && in.get().getChecksum().getValue() != expected) {
        throw DamageException.behind("the entry fails its checksum");
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      if (in.isPresent()) in.get().close();
    }
  }
}
