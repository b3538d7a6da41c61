package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;

/**
 * Knows how its bytes ended, which archive readers do not tell. Damage below is the end: an archive
 * has no use for what follows a gap.
 */
final class Ending extends InputStream {
  private final InputStream in;
  private long left = Long.MAX_VALUE;

  /** Whether the end was met. */
  boolean ended;

  /** How many zeros were read last. */
  long zeros;

  Ending(InputStream in) {
    this.in = in;
  }

  /** From here, so many bytes may be read before it is an error. */
  void allow(long bytes) {
    left = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (ended) return -1;
    if (left <= 0) throw new IOException("its headers are too long");
    ended = true;
    int count = in.read(bytes, offset, length);
    if (count < 0) return -1;
    ended = false;
    left -= count;
    int last = offset + count;
    while (last > offset && bytes[last - 1] == 0) last--;
    zeros = last == offset ? zeros + count : offset + count - last;
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
