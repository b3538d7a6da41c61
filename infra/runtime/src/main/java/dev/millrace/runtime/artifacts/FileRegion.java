package dev.millrace.runtime.artifacts;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive bytes of a file.
 *
 * @param start of the first one in the file
 * @param bytes how many
 */
record FileRegion(Path file, long start, long bytes) {

  /** A file in regions of this size, the last one shorter. */
  static List<FileRegion> of(Path file, long bytesMax) throws IOException {
    long size = Files.size(file);
    List<FileRegion> regions = new ArrayList<>();
    for (long start = 0; start < size; start += bytesMax) {
      regions.add(new FileRegion(file, start, Math.min(bytesMax, size - start)));
    }
    return regions;
  }

  /** Them, from the first on; as often as it is asked for. */
  InputStream open() {
    try {
      InputStream in = Files.newInputStream(file);
      try {
        in.skipNBytes(start);
      } catch (IOException e) {
        in.close();
        throw e;
      }
      return new Limited(in, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** 32 bytes. */
  byte[] sha256() throws IOException {
    try (InputStream in = open()) {
      return Tree.sha256(in);
    }
  }

  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long bytes) {
      super(in);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      if (left == 0) return -1;
      int read = in.read();
      if (read >= 0) left--;
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0 && length > 0) return -1;
      int read = in.read(buffer, offset, (int) Math.min(length, left));
      if (read > 0) left -= read;
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = in.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(in.available(), left);
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
