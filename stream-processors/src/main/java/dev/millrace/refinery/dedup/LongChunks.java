package dev.millrace.refinery.dedup;

import java.util.ArrayList;
import java.util.List;

/** A list of longs that grows by whole chunks and never copies. */
final class LongChunks {
  private static final int CHUNK_BITS = 13;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private final List<long[]> chunks = new ArrayList<>();
  private int size;

  void add(long value) {
    int offset = size & (CHUNK - 1);
    if (offset == 0) chunks.add(new long[CHUNK]);
    chunks.get(size >>> CHUNK_BITS)[offset] = value;
    size++;
  }

  long get(int index) {
    if (index < 0 || index >= size) throw new IndexOutOfBoundsException(index);
    return chunks.get(index >>> CHUNK_BITS)[index & (CHUNK - 1)];
  }

  int size() {
    return size;
  }

  long bytes() {
    return (long) chunks.size() * CHUNK * Long.BYTES;
  }
}
