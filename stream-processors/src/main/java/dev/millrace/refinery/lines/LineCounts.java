package dev.millrace.refinery.lines;

/**
 * How often each hash is there: open addressing with linear probing, at most half full, 12 bytes a
 * slot. What falls to zero leaves its slot to its followers (Knuth, The Art of Computer
 * Programming, volume 3, section 6.4, algorithm R).
 */
final class LineCounts {
  private static final int CAPACITY_FIRST = 64;

  private long[] keys = new long[CAPACITY_FIRST];
  private int[] counts = new int[CAPACITY_FIRST];
  private int size;

  int get(long hash) {
    return counts[slot(hash)];
  }

  void add(long hash) {
    if (2 * (size + 1) > keys.length) grow();
    int slot = slot(hash);
    if (counts[slot]++ == 0) {
      keys[slot] = hash;
      size++;
    }
  }

  /** One that is there. */
  void remove(long hash) {
    int slot = slot(hash);
    if (counts[slot] == 0) throw new IllegalStateException("a line leaves that was never there");
    if (--counts[slot] > 0) return;
    size--;
    close(slot);
  }

  /** Fills a gap with followers that belong before it. */
  private void close(int gap) {
    int mask = keys.length - 1;
    for (int i = (gap + 1) & mask; counts[i] > 0; i = (i + 1) & mask) {
      int home = home(keys[i]);
      if (((i - home) & mask) < ((i - gap) & mask)) continue;
      keys[gap] = keys[i];
      counts[gap] = counts[i];
      gap = i;
    }
    counts[gap] = 0;
  }

  /** The hash's slot, or the empty one where it would go. */
  private int slot(long hash) {
    int slot = home(hash);
    while (counts[slot] > 0 && keys[slot] != hash) slot = (slot + 1) & (keys.length - 1);
    return slot;
  }

  private int home(long hash) {
    return (int) ((hash * 0x9E3779B97F4A7C15L) >>> 32) & (keys.length - 1);
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldCounts = counts;
    keys = new long[2 * oldKeys.length];
    counts = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] == 0) continue;
      int slot = slot(oldKeys[i]);
      keys[slot] = oldKeys[i];
      counts[slot] = oldCounts[i];
    }
  }

  long bytes() {
    return keys.length * (long) (Long.BYTES + Integer.BYTES);
  }
}
