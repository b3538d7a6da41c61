package dev.millrace.refinery.lines;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * The latest lines of one domain and how often each is among them: a ring of hashes in pages, which
 * grows up to its window and then forgets the oldest. Every page can be written down and read back
 * alone: a total int64, then its hashes int64, big endian.
 */
final class LineWindow {
  static final int PAGE = 256;

  private final int window;
  private final LineCounts counts = new LineCounts();
  private long[] ring = new long[PAGE];
  private long total;

  /** For so many lines at least: whole pages. */
  LineWindow(int lines) {
    window = (int) Math.min(Integer.MAX_VALUE / PAGE, (lines + (long) PAGE - 1) / PAGE) * PAGE;
  }

  int count(long line) {
    return counts.get(line);
  }

  /** Takes a line in; the oldest goes where the window is full. */
  void add(long line) {
    int place = (int) (total % window);
    if (place == ring.length) ring = Arrays.copyOf(ring, (int) Math.min(window, 2L * place));
    if (total >= window) counts.remove(ring[place]);
    ring[place] = line;
    counts.add(line);
    total++;
  }

  /** The page that the next line goes to. */
  int page() {
    return (int) (total % window) / PAGE;
  }

  /** A page as it is now. */
  byte[] write(int page) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * (1 + PAGE));
    bytes.putLong(total);
    bytes.asLongBuffer().put(ring, page * PAGE, PAGE);
    return bytes.array();
  }

  /** Takes in a page of an earlier window of the same size; {@link #recount} when all are there. */
  void read(int page, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    total = Math.max(total, buffer.getLong());
    LongBuffer hashes = buffer.asLongBuffer();
    int end = (page + 1) * PAGE;
    if (end > window || hashes.remaining() != PAGE) {
      throw new IllegalStateException("page " + page + " is of another window than " + window);
    }
    if (end > ring.length)
      ring = Arrays.copyOf(ring, (int) Math.min(window, Math.max(end, 2L * ring.length)));
    hashes.get(ring, page * PAGE, PAGE);
  }

  /** Counts what was read. */
  void recount() {
    for (int i = 0; i < Math.min(total, window); i++) counts.add(ring[i]);
  }

  long bytes() {
    return ring.length * (long) Long.BYTES + counts.bytes();
  }
}
