package dev.millrace.refinery.quality;

import java.util.Arrays;

/**
 * Counts 64-bit hashes and remembers where each was seen first. Open addressing, no deletion. A
 * slot that was returned stays as long as there is room.
 */
final class HashTable {
  private long[] keys;
  private int[] counts;
  private int[] firsts;
  private int size;

  /** With room for so many different hashes before it grows. */
  HashTable(int expected) {
    allocate(Integer.highestOneBit(Math.max(8, expected)) << 2);
  }

  private void allocate(int capacity) {
    keys = new long[capacity];
    counts = new int[capacity];
    firsts = new int[capacity];
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(counts, 0);
    size = 0;
  }

  /** The slot of a hash that is counted once more; {@code place} is remembered the first time. */
  int add(long hash, int place) {
    if (2 * size >= keys.length) grow();
    int slot = slot(hash);
    if (counts[slot]++ == 0) {
      keys[slot] = hash;
      firsts[slot] = place;
      size++;
    }
    return slot;
  }

  /** How often the hash of this slot was added. */
  int count(int slot) {
    return counts[slot];
  }

  /** Where the hash of this slot was first. */
  int first(int slot) {
    return firsts[slot];
  }

  /** The slot of a hash, one that counts nothing where it was never added. */
  int slot(long hash) {
    int mask = keys.length - 1;
    long mixed = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 32) & mask;
    while (counts[slot] > 0 && keys[slot] != hash) slot = (slot + 1) & mask;
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldCounts = counts;
    int[] oldFirsts = firsts;
    allocate(2 * oldKeys.length);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] == 0) continue;
      int slot = slot(oldKeys[i]);
      keys[slot] = oldKeys[i];
      counts[slot] = oldCounts[i];
      firsts[slot] = oldFirsts[i];
    }
  }
}
