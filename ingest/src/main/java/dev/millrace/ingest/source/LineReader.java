package dev.millrace.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Splits ASCII-compatible bytes into lines, which end with LF or CRLF. A line longer than the limit
 * is read to its end and not kept, so that memory stays within the limit whatever the bytes are.
 */
final class LineReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int KEPT_BYTES_MAX = 1 << 20;

  private final InputStream in;
  private final int bytesMax;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private byte[] start = new byte[BUFFER_BYTES]; // Of a line that the buffer does not hold whole.
  private long offset;
  private long number;

  /**
   * @param number from 1
   * @param offset of its first byte
   * @param bytes without the line's end; empty where the line is too long
   * @param length in bytes, also where it is too long
   */
  record Line(long number, long offset, byte[] bytes, long length) {
    boolean isTooLong() {
      return bytes.length < length;
    }

    boolean isBlank() {
      for (byte b : bytes) {
        if (b < 0 || b > ' ') return false;
      }
      return true;
    }
  }

  LineReader(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /** Of the next byte that was not handed over in a line. */
  long offset() {
    return offset;
  }

  /**
   * The next line; empty at the end.
   *
   * @throws DamageException where the bytes end or jump; the unfinished line is lost
   */
  Optional<Line> next() throws IOException {
    int kept = 0;
    long length = 0;
    while (true) {
      int end = lineEnd();
      int count = end - position;
      if (end < limit && length == 0) return Optional.of(whole(end));
      if (length + count <= bytesMax) kept = keep(kept, count);
      length += count;
      position = end;
      if (end < limit) {
        position++;
        return Optional.of(line(kept, length, 1));
      }
      if (!fill(length)) return length == 0 ? Optional.empty() : Optional.of(line(kept, length, 0));
    }
  }

  private int lineEnd() {
    int end = position;
    while (end < limit && buffer[end] != '\n') end++;
    return end;
  }

  private Line whole(int end) {
    int length = end - position;
    byte[] bytes = length <= bytesMax ? Arrays.copyOfRange(buffer, position, end) : new byte[0];
    position = end + 1;
    return advance(bytes, length, 1);
  }

  private int keep(int kept, int count) {
    int needed = kept + count;
    if (needed > start.length) {
      long doubled = Math.min(2L * start.length, bytesMax);
      start = Arrays.copyOf(start, (int) Math.max(needed, doubled));
    }
    System.arraycopy(buffer, position, start, kept, count);
    return needed;
  }

  private Line line(int kept, long length, int endBytes) {
    byte[] bytes = length <= bytesMax ? Arrays.copyOf(start, kept) : new byte[0];
    if (start.length > KEPT_BYTES_MAX) start = new byte[BUFFER_BYTES];
    return advance(bytes, length, endBytes);
  }

  private Line advance(byte[] bytes, long length, int endBytes) {
    long lineOffset = offset;
    offset += length + endBytes;
    number++;
    boolean carriageReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
    return carriageReturn
        ? new Line(number, lineOffset, Arrays.copyOf(bytes, bytes.length - 1), length - 1)
        : new Line(number, lineOffset, bytes, length);
  }

  private boolean fill(long unfinished) throws IOException {
    position = 0;
    limit = 0;
    try {
      limit = Math.max(in.read(buffer), 0);
      return limit > 0;
    } catch (IOException e) {
      offset += unfinished;
      throw e;
    }
  }

  @Override
  public void close() {
    Sources.close(in);
  }
}
