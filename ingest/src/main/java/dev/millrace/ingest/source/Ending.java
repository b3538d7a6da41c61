package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Remembers how its bytes ended, which archive readers do not tell: they take a cut for the end.
 * Damage below is the end too, for an archive has no use for what follows a gap.
 */
final class Ending extends InputStream {
  private final InputStream in;
  private final byte[] window;
  private int length;
  private boolean ended;
  private long left = Long.MAX_VALUE;

  /**
   * @param tailBytes how many of the last bytes to remember
   */
  Ending(InputStream in, int tailBytes) {
    this.in = in;
    this.window = new byte[2 * tailBytes];
  }

  /** From here, so many bytes may be read before it is an error. */
  void allow(long bytes) {
    left = bytes;
  }

  /** The last bytes that were read. */
  byte[] tail() {
    return Arrays.copyOfRange(window, Math.max(length - window.length / 2, 0), length);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    if (ended) return -1;
    if (left <= 0) throw new IOException("its headers are too long");
    ended = true;
    int read = in.read(bytes, offset, count);
    if (read < 0) return -1;
    ended = false;
    left -= read;
    remember(bytes, offset, read);
    return read;
  }

  private void remember(byte[] bytes, int offset, int count) {
    int half = window.length / 2;
    int added = Math.min(count, half);
    if (length + added > window.length) {
      System.arraycopy(window, length - half, window, 0, half);
      length = half;
    }
    System.arraycopy(bytes, offset + count - added, window, length, added);
    length += added;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
